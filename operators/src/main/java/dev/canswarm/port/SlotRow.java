package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row of the op-log: what fills a slot. A slot is a question that may be answered once; its key
 * is (scope, slot).
 *
 * @param scope the need id; for a NEED its thread id
 * @param slot the question within the scope, such as {@code DECIDE} or {@code CLAIM/<task>/1}
 * @param id the envelope's id, or the row's own if it holds no envelope
 * @param needId the NEED it belongs to; null on a dead letter, and on an entry of the control chain
 * @param kind a verb, or {@code VERDICT}, or {@code WAIT} for an envelope that waits for a parent
 * @param sender base64 of the sender's public key; empty if nobody signed
 * @param timestampNs nanoseconds since 1970 as the envelope says; 0 if it has none
 * @param bytes the exact bytes; must not be written to
 * @param ops the plan operations that follow, as a JSON array in canonical form
 * @param storedMillis milliseconds since 1970 by the store's clock, set when the slot was filled; 0
 *     on a candidate
 */
public record SlotRow(
    String scope,
    String slot,
    String id,
    @Nullable NeedId needId,
    ThreadId threadId,
    String kind,
    String sender,
    long lamport,
    long timestampNs,
    byte[] bytes,
    String ops,
    long storedMillis) {

  /** The kind of a row that holds a coordinator's verdict on an attempt. */
  public static final String VERDICT = "VERDICT";

  /** The kind of a row that holds an envelope which waits for a parent. */
  public static final String WAIT = "WAIT";

  /**
   * Returns the NEED that a stored {@code need_id} names, as {@link #needText} wrote it; null where
   * it names none.
   */
  public static @Nullable NeedId needOf(String text) {
    return text.isEmpty() || text.equals(SlotKey.CONTROL_SCOPE) ? null : new NeedId(text);
  }

  /**
   * Returns what the store holds as {@code need_id} of a row of this kind: for an entry of the
   * control chain its scope, for a dead letter nothing.
   */
  public static String needText(@Nullable NeedId needId, String kind) {
    if (needId != null) {
      return needId.text();
    }
    return kind.equals(Verb.CONTROL.name()) ? SlotKey.CONTROL_SCOPE : "";
  }

  /**
   * A candidate to fill in: of kind and sender empty, Lamport and time 0, without bytes or
   * operations, until they are set.
   */
  public static Builder at(String scope, String slot) {
    return new Builder(scope, slot);
  }

  /** Fills in a row by name. Not thread-safe. */
  public static final class Builder {
    private static final byte[] NOTHING = new byte[0];

    private final String scope;
    private final String slot;
    private String id = "";
    private @Nullable NeedId needId;
    private ThreadId threadId = ThreadId.NONE;
    private String kind = "";
    private String sender = "";
    private long lamport;
    private long timestampNs;
    private byte[] bytes = NOTHING;
    private String ops = "[]";
    private long storedMillis;

    private Builder(String scope, String slot) {
      this.scope = scope;
      this.slot = slot;
    }

    /** Sets the envelope's id, or the row's own. */
    public Builder id(String value) {
      id = value;
      return this;
    }

    /** Sets the NEED that it belongs to, null for none, and its thread. */
    public Builder need(@Nullable NeedId ofNeed, ThreadId ofThread) {
      needId = ofNeed;
      threadId = ofThread;
      return this;
    }

    /** Sets a verb, or what else the row holds. */
    public Builder kind(String value) {
      kind = value;
      return this;
    }

    /** Sets base64 of the sender's public key. */
    public Builder sender(String value) {
      sender = value;
      return this;
    }

    /** Sets the Lamport time, and nanoseconds since 1970, as the envelope says. */
    public Builder time(long ofLamport, long ns) {
      lamport = ofLamport;
      timestampNs = ns;
      return this;
    }

    /** Sets the exact bytes, which must not be written to. */
    public Builder bytes(byte[] value) {
      bytes = value;
      return this;
    }

    /** Sets the plan operations, as a JSON array in canonical form. */
    public Builder ops(String json) {
      ops = json;
      return this;
    }

    /** Sets when it was stored, in milliseconds since 1970 by the store's clock. */
    public Builder storedMillis(long millis) {
      storedMillis = millis;
      return this;
    }

    /** The row. */
    public SlotRow build() {
      return new SlotRow(
          scope,
          slot,
          id,
          needId,
          threadId,
          kind,
          sender,
          lamport,
          timestampNs,
          bytes,
          ops,
          storedMillis);
    }
  }

  /** This candidate as it was stored. */
  public SlotRow storedAt(long millis) {
    return new SlotRow(
        scope, slot, id, needId, threadId, kind, sender, lamport, timestampNs, bytes, ops, millis);
  }

  /** Whether the two hold the same answer, whenever it was stored. */
  public boolean sameAnswer(SlotRow other) {
    return scope.equals(other.scope)
        && slot.equals(other.slot)
        && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlotRow row && sameAnswer(row);
  }

  @Override
  public int hashCode() {
    return 31 * scope.hashCode() + slot.hashCode();
  }

  @Override
  public String toString() {
    return scope + " " + slot + " = " + kind + " " + id;
  }
}
