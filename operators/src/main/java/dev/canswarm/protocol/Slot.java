package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.SlotKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question that is answered once. A slot belongs to a scope: the NEED's id, or for the NEED
 * itself its thread. Its text, the {@link #key}, is the value of the store's {@code slot} column;
 * slots with equal keys are equal. Ordered by key. Immutable.
 *
 * <p>Roles look up slots far more often than slots are stored, so they are compared by what their
 * keys are made of, and a key is made when it is first asked for.
 */
public abstract sealed class Slot implements Comparable<Slot> {
  /** The scope of the control chain. No thread has this name, since none has a number sign. */
  public static final String CONTROL_SCOPE = "#control";

  /** The slot of the decision of a NEED. */
  public static final Slot DECIDE = new Decide();

  /** The slot of the CANCEL of a NEED. */
  public static final Slot CANCEL = new Cancel();

  /** The slot of the FINALIZE of a NEED. */
  public static final Slot FINALIZE = new Finalize();

  private static final long NO_NUMBER = -1;

  private final SlotKind kind;

  /** The id that the question is about; the whole key of a slot that has neither of the others. */
  private final String subject;

  private final long number;
  private final @Nullable PublicKey agent;

  /** The key, once it was asked for. Threads that race make equal ones. */
  private @Nullable String key;

  private Slot(SlotKind kind, String key) {
    this.kind = kind;
    this.subject = key;
    this.number = NO_NUMBER;
    this.agent = null;
    this.key = key;
  }

  private Slot(SlotKind kind, String subject, long number) {
    this.kind = kind;
    this.subject = subject;
    this.number = number;
    this.agent = null;
  }

  private Slot(SlotKind kind, String subject, PublicKey agent) {
    this.kind = kind;
    this.subject = subject;
    this.number = NO_NUMBER;
    this.agent = agent;
  }

  private static String keyOf(SlotKind kind, String rest) {
    return kind.name() + '/' + rest;
  }

  /** The slot of an entry of the control chain. */
  public static Control control(long number) {
    return new Control(number);
  }

  /** The slot of a NEED that its own sender signed. */
  public static Need need(NeedId needId) {
    return new Need(needId);
  }

  /** The slot of a NEED that has an idempotency key; it does not depend on the signer. */
  public static Intake intake(ThreadId threadId, String idempotencyKey) {
    return new Intake(Intake.PREFIX + threadId + '/' + idempotencyKey);
  }

  /** The slot of a NEED from the intake that has no idempotency key: its record's position. */
  public static Intake intake(RecordPosition position) {
    return new Intake(Intake.PREFIX + position.cluster() + '/' + position);
  }

  /** The intake slot that a nonce names, or null for a nonce that names none. */
  public static @Nullable Intake ofNonce(@Nullable String nonce) {
    return nonce != null && nonce.startsWith(Intake.PREFIX) ? new Intake(nonce) : null;
  }

  /** The slot of a planner's plan. */
  public static Propose propose(PublicKey planner) {
    return new Propose(planner);
  }

  /** The slot of the CLAIM that holds a grant. */
  public static Claim claim(TaskId taskId, long token) {
    return new Claim(taskId, token);
  }

  /** The slot of the message that ended a grant. */
  public static End end(TaskId taskId, long token) {
    return new End(taskId, token);
  }

  /**
   * The slot of a verifier's vote.
   *
   * @param target id of the COMMIT or PROPOSE
   */
  public static Attest attest(EnvelopeId target, PublicKey verifier) {
    return new Attest(target, verifier);
  }

  /**
   * The slot of a verifier's second, opposite vote: a proof against it.
   *
   * @param target id of the COMMIT or PROPOSE
   */
  public static Equivocation equivocation(EnvelopeId target, PublicKey verifier) {
    return new Equivocation(target, verifier);
  }

  /** The slot of the RELEASE that opens a grant. */
  public static Release release(TaskId taskId, long token) {
    return new Release(taskId, token);
  }

  /** The slot of the RELEASE that asks all verifiers about an attempt. */
  public static Panel panel(TaskId taskId, int attempt) {
    return new Panel(taskId, attempt);
  }

  /** The slot of the verdict on an attempt. */
  public static Verdict verdict(TaskId taskId, int attempt) {
    return new Verdict(taskId, attempt);
  }

  /** The slot of an envelope that waits for a parent: the position it was delivered from. */
  public static Waiting waiting(RecordPosition position) {
    return new Waiting(position);
  }

  /** A slot, only in replayed views, for an envelope whose own slot another one fills. */
  public static Second second(EnvelopeId envelopeId) {
    return new Second(envelopeId);
  }

  /**
   * Reads a key that the store holds.
   *
   * @throws IllegalArgumentException for a text that is not the key of a slot in the store
   */
  public static Slot parse(String key) {
    Slot slot;
    try {
      slot = new SlotKeyReader(key).read();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected the key of a slot, got \"" + key + "\"", e);
    }
    // Refuse other spellings of the same number: they would be different keys.
    if (!slot.key().equals(key)) {
      throw new IllegalArgumentException("expected the key " + slot.key() + ", got " + key);
    }
    return slot;
  }

  /**
   * The scope of the slots of an envelope: the id of its NEED, for a NEED its thread, and {@link
   * #CONTROL_SCOPE} for an entry of the control chain.
   */
  public static String scopeOf(Envelope envelope) {
    if (envelope.verb().isOfNoNeed()) {
      return CONTROL_SCOPE;
    }
    return envelope.verb().namesNeed() ? envelope.need().text() : envelope.threadId().text();
  }

  /** Returns the kind of this slot. */
  public final SlotKind kind() {
    return kind;
  }

  /** Returns the text that names this slot in the store, the audit log and messages. */
  public final String key() {
    String made = key;
    if (made == null) {
      made = kind.name() + '/' + subject + '/' + (agent == null ? number : agent.base64());
      key = made;
    }
    return made;
  }

  @Override
  public final int compareTo(Slot other) {
    return key().compareTo(other.key());
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Slot slot
            && kind == slot.kind
            && number == slot.number
            && subject.equals(slot.subject)
            && Objects.equals(agent, slot.agent);
  }

  @Override
  public final int hashCode() {
    int hash = kind.ordinal();
    hash = 31 * hash + subject.hashCode();
    hash = 31 * hash + Long.hashCode(number);
    return 31 * hash + Objects.hashCode(agent);
  }

  @Override
  public final String toString() {
    return key();
  }

  /** {@link #DECIDE}. */
  public static final class Decide extends Slot {
    private Decide() {
      super(SlotKind.DECIDE, SlotKind.DECIDE.name());
    }
  }

  /** {@link #CANCEL}. */
  public static final class Cancel extends Slot {
    private Cancel() {
      super(SlotKind.CANCEL, SlotKind.CANCEL.name());
    }
  }

  /** {@link #FINALIZE}. */
  public static final class Finalize extends Slot {
    private Finalize() {
      super(SlotKind.FINALIZE, SlotKind.FINALIZE.name());
    }
  }

  /** {@link #control}. */
  public static final class Control extends Slot {
    private final long number;

    private Control(long number) {
      super(SlotKind.CONTROL, keyOf(SlotKind.CONTROL, Long.toString(number)));
      this.number = number;
    }

    public long number() {
      return number;
    }
  }

  /** {@link #need}. */
  public static final class Need extends Slot {
    private final NeedId needId;

    private Need(NeedId needId) {
      super(SlotKind.NEED, keyOf(SlotKind.NEED, needId.text()));
      this.needId = needId;
    }

    public NeedId needId() {
      return needId;
    }
  }

  /** {@link #intake(RecordPosition)}; its key is the nonce of the NEED that a gateway signed. */
  public static final class Intake extends Slot {
    static final String PREFIX = SlotKind.INTAKE.name() + '/';

    private Intake(String nonce) {
      super(SlotKind.INTAKE, nonce);
    }
  }

  /** {@link #propose}. */
  public static final class Propose extends Slot {
    private final PublicKey planner;

    private Propose(PublicKey planner) {
      super(SlotKind.PROPOSE, keyOf(SlotKind.PROPOSE, planner.base64()));
      this.planner = planner;
    }

    public PublicKey planner() {
      return planner;
    }
  }

  /** A slot that belongs to one grant of a task. */
  public abstract static sealed class OfGrant extends Slot {
    private final TaskId taskId;
    private final long token;

    private OfGrant(SlotKind kind, TaskId taskId, long token) {
      super(kind, taskId.text(), token);
      this.taskId = taskId;
      this.token = token;
    }

    public final TaskId taskId() {
      return taskId;
    }

    public final long token() {
      return token;
    }
  }

  /** {@link #claim}. */
  public static final class Claim extends OfGrant {
    private Claim(TaskId taskId, long token) {
      super(SlotKind.CLAIM, taskId, token);
    }
  }

  /** {@link #end}. */
  public static final class End extends OfGrant {
    private End(TaskId taskId, long token) {
      super(SlotKind.END, taskId, token);
    }
  }

  /** {@link #release}. */
  public static final class Release extends OfGrant {
    private Release(TaskId taskId, long token) {
      super(SlotKind.RELEASE, taskId, token);
    }
  }

  /** A slot of a vote. */
  public abstract static sealed class OfVote extends Slot {
    private final EnvelopeId target;
    private final PublicKey verifier;

    private OfVote(SlotKind kind, EnvelopeId target, PublicKey verifier) {
      super(kind, target.text(), verifier);
      this.target = target;
      this.verifier = verifier;
    }

    /** Id of the COMMIT or PROPOSE that the vote is on. */
    public final EnvelopeId target() {
      return target;
    }

    public final PublicKey verifier() {
      return verifier;
    }
  }

  /** {@link #attest}. */
  public static final class Attest extends OfVote {
    private Attest(EnvelopeId target, PublicKey verifier) {
      super(SlotKind.ATTEST, target, verifier);
    }
  }

  /** {@link #equivocation}. */
  public static final class Equivocation extends OfVote {
    private Equivocation(EnvelopeId target, PublicKey verifier) {
      super(SlotKind.EQUIVOCATION, target, verifier);
    }
  }

  /** A slot that belongs to one attempt at a task. */
  public abstract static sealed class OfAttempt extends Slot {
    private final TaskId taskId;
    private final int attempt;

    private OfAttempt(SlotKind kind, TaskId taskId, int attempt) {
      super(kind, taskId.text(), attempt);
      this.taskId = taskId;
      this.attempt = attempt;
    }

    public final TaskId taskId() {
      return taskId;
    }

    public final int attempt() {
      return attempt;
    }
  }

  /** {@link #panel}. */
  public static final class Panel extends OfAttempt {
    private Panel(TaskId taskId, int attempt) {
      super(SlotKind.PANEL, taskId, attempt);
    }
  }

  /** {@link #verdict}. */
  public static final class Verdict extends OfAttempt {
    private Verdict(TaskId taskId, int attempt) {
      super(SlotKind.VERDICT, taskId, attempt);
    }
  }

  /** {@link #waiting}. */
  public static final class Waiting extends Slot {
    private final RecordPosition position;

    private Waiting(RecordPosition position) {
      super(SlotKind.WAIT, keyOf(SlotKind.WAIT, position.toString()));
      this.position = position.withoutCluster();
    }

    /** The position that the envelope was delivered from, without the cluster. */
    public RecordPosition position() {
      return position;
    }
  }

  /** {@link #second}. */
  public static final class Second extends Slot {
    private Second(EnvelopeId envelopeId) {
      super(SlotKind.SECOND, keyOf(SlotKind.SECOND, envelopeId.text()));
    }
  }
}
