package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.replay.ReplayRecord;
import dev.canswarm.replay.audit.AuditItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recorded envelope with some of its members, not yet verified.
 *
 * @param kind empty if that cannot be read
 * @param threadId {@link ThreadId#NONE} if that cannot be read
 * @param needId null if that cannot be read
 * @param rules hashes of the policy and the trust file that it names
 */
record LogEntry(
    String kind,
    ThreadId threadId,
    @Nullable NeedId needId,
    List<String> rules,
    ReplayRecord record) {
  /** The note on an envelope that arrived before its parents; it may never take effect. */
  static final String WAITS = "waits for a parent";

  /** Returns the entry of an audited event; empty for a refused envelope or another event. */
  static Optional<LogEntry> of(String label, AuditItem.Entry item) {
    AuditEvent event = item.record().event();
    boolean isTaken =
        switch (event.direction()) {
          case PUBLISHED -> true;
          case DELIVERED -> !event.note().startsWith(WAITS);
          case SUPERSEDED, DEAD_LETTERED, ATTEMPT_ENDED, RAW_PUBLISHED, RAW_DELIVERED -> false;
        };
    return switch (event.direction()) {
      case PUBLISHED, DELIVERED, SUPERSEDED ->
          // A record without a checkpoint was never acknowledged, and may have been added by
          // anybody.
          Optional.of(
              of(
                  new ReplayRecord(
                      label + item.location(),
                      event.content(),
                      isTaken && item.isSealed(),
                      item.isSealed() ? event.gas() : 0)));
      case DEAD_LETTERED, ATTEMPT_ENDED, RAW_PUBLISHED, RAW_DELIVERED -> Optional.empty();
    };
  }

  /** Returns the entry of a record that should be an envelope. */
  static LogEntry of(ReplayRecord record) {
    JsonObject envelope = object(record.bytes());
    String threadId = text(envelope, "thread_id");
    String needId = text(envelope, text(envelope, "kind").equals("NEED") ? "id" : "need_id");
    List<String> rules = new ArrayList<>();
    addHash(rules, text(envelope, "policy_engine_hash"));
    if (text(envelope, "kind").equals("DECIDE")
        && envelope.get("payload") instanceof JsonObject terms) {
      addHash(rules, text(terms, "trust"));
    }
    return new LogEntry(
        text(envelope, "kind"),
        ThreadId.parse(threadId).orElse(ThreadId.NONE),
        NeedId.parse(needId).orElse(null),
        rules,
        record);
  }

  /** Whether it is of the control chain, and of no NEED. */
  boolean isControl() {
    return kind.equals(Verb.CONTROL.name());
  }

  /** Returns this entry, in the given thread and NEED if its bytes name none. */
  LogEntry orIn(ThreadId thread, @Nullable NeedId need) {
    return new LogEntry(
        kind, threadId.isNone() ? thread : threadId, needId == null ? need : needId, rules, record);
  }

  /** Returns this entry, marked as filling its slot. */
  LogEntry taken() {
    ReplayRecord holds = new ReplayRecord(record.where(), record.bytes(), true, record.gas());
    return new LogEntry(kind, threadId, needId, rules, holds);
  }

  private static void addHash(List<String> hashes, String text) {
    if (Sha256.isHex(text)) {
      hashes.add(text);
    }
  }

  private static JsonObject object(byte[] bytes) {
    try {
      return StrictJson.parseObject(bytes);
    } catch (RuntimeException unreadable) {
      // The replay reports it, but its thread is unknown.
      return JsonObject.empty();
    }
  }

  private static String text(JsonObject object, String name) {
    return object.get(name) instanceof JsonString string ? string.value() : "";
  }
}
