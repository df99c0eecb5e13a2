package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.policy.SlotKind;

/** Reads the parts of a slot's key. Every refusal is an {@link IllegalArgumentException}. */
final class SlotKeyReader {
  private final String key;

  SlotKeyReader(String key) {
    this.key = key;
  }

  Slot read() {
    int slash = key.indexOf('/');
    SlotKind kind = SlotKind.valueOf(slash < 0 ? key : key.substring(0, slash));
    String rest = slash < 0 ? "" : key.substring(slash + 1);
    return switch (kind) {
      case DECIDE -> Slot.DECIDE;
      case CANCEL -> Slot.CANCEL;
      case CONTROL -> Slot.control(number(rest));
      case FINALIZE -> Slot.FINALIZE;
      case NEED -> Slot.need(new NeedId(id(rest)));
      case INTAKE -> intake();
      case PROPOSE -> Slot.propose(PublicKey.ofBase64(rest));
      case CLAIM -> Slot.claim(task(rest), number(afterLast(rest)));
      case END -> Slot.end(task(rest), number(afterLast(rest)));
      case RELEASE -> Slot.release(task(rest), number(afterLast(rest)));
      case PANEL -> Slot.panel(task(rest), smallNumber(afterLast(rest)));
      case VERDICT -> Slot.verdict(task(rest), smallNumber(afterLast(rest)));
      case ATTEST -> Slot.attest(new EnvelopeId(idBeforeKey(rest)), keyAfterId(rest));
      case EQUIVOCATION -> Slot.equivocation(new EnvelopeId(idBeforeKey(rest)), keyAfterId(rest));
      case WAIT -> Slot.waiting(position(rest));
      case SECOND -> throw new IllegalArgumentException("no store holds a " + kind);
    };
  }

  private Slot intake() {
    Slot slot = Slot.ofNonce(key);
    if (slot == null) {
      throw new IllegalArgumentException("expected INTAKE/ and a name");
    }
    return slot;
  }

  private static TaskId task(String rest) {
    return new TaskId(id(beforeLast(rest)));
  }

  private static String id(String text) {
    if (!Sha256.isHex(text)) {
      throw new IllegalArgumentException("expected an id of 64 lower-case hex digits, got " + text);
    }
    return text;
  }

  /** Base64 has slashes of its own, so only the first one separates. */
  private static String idBeforeKey(String rest) {
    return id(rest.substring(0, Math.max(0, rest.indexOf('/'))));
  }

  private static PublicKey keyAfterId(String rest) {
    return PublicKey.ofBase64(rest.substring(rest.indexOf('/') + 1));
  }

  private static RecordPosition position(String rest) {
    String topicAndPartition = beforeLast(rest);
    return new RecordPosition(
        RecordPosition.NO_CLUSTER,
        beforeLast(topicAndPartition),
        smallNumber(afterLast(topicAndPartition)),
        number(afterLast(rest)));
  }

  private static String beforeLast(String text) {
    int slash = text.lastIndexOf('/');
    if (slash <= 0) {
      throw new IllegalArgumentException("expected a slash and a number after " + text);
    }
    return text.substring(0, slash);
  }

  private static String afterLast(String text) {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  private static long number(String text) {
    long number = Long.parseLong(text);
    if (number < 0) {
      throw new IllegalArgumentException("expected a number of at least 0, got " + text);
    }
    return number;
  }

  private static int smallNumber(String text) {
    long number = number(text);
    if (number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected a number of at most " + Integer.MAX_VALUE + ", got " + text);
    }
    return (int) number;
  }
}
