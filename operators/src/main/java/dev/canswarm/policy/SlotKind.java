package dev.canswarm.policy;

import java.util.List;

/** The kinds of questions that are answered once, by the first part of a slot's key. */
public enum SlotKind {
  /** A NEED that its own sender signed, without an idempotency key. */
  NEED(Subject.NEED, "NEED/{id}"),
  /** A NEED by its idempotency key, or one that a gateway signed, by its record's position. */
  INTAKE(
      Subject.NEED,
      "INTAKE/{thread}/{idempotency_key}",
      "INTAKE/{cluster}/{topic}/{partition}/{offset}"),
  /** One planner's plan. */
  PROPOSE(Subject.NEED, "PROPOSE/{sender}"),
  /** The one decision of a NEED. */
  DECIDE(Subject.NEED, "DECIDE"),
  /** The CLAIM that holds a grant. */
  CLAIM(Subject.GRANT, "CLAIM/{task}/{token}"),
  /** The message that ended a grant. */
  END(Subject.GRANT, "END/{task}/{token}"),
  /** One verifier's vote. */
  ATTEST(Subject.VOTE, "ATTEST/{target}/{sender}"),
  /** A verifier's second, opposite vote. */
  EQUIVOCATION(Subject.VOTE, "EQUIVOCATION/{target}/{sender}"),
  /** The RELEASE that opens a grant. */
  RELEASE(Subject.GRANT, "RELEASE/{task}/{token}"),
  /** The wider panel of an attempt. */
  PANEL(Subject.GRANT, "PANEL/{task}/{attempt}"),
  /** The verdict on an attempt: a row that no envelope fills. */
  VERDICT(Subject.ROW, "VERDICT/{task}/{attempt}"),
  /** The CANCEL of a NEED. */
  CANCEL(Subject.NEED, "CANCEL"),
  /** The one end of a NEED. */
  FINALIZE(Subject.NEED, "FINALIZE"),
  /** One entry of the control chain. */
  CONTROL(Subject.SWARM, "CONTROL/{number}"),
  /** An envelope that waits for a parent. */
  WAIT(Subject.ROW, "WAIT/{topic}/{partition}/{offset}"),
  /** In a replayed view alone, and in no store: an envelope whose slot another one fills. */
  SECOND(Subject.ROW);

  /** The thing that a question is about. */
  public enum Subject {
    /** A NEED as a whole: its intake, each planner's plan, its decision, its CANCEL and its end. */
    NEED,
    /** The swarm as a whole, independent of its NEEDs. */
    SWARM,
    /** A grant of a task, and the attempt that it belongs to. */
    GRANT,
    /** A vote: two opposite answers of one sender are kept, as a proof against it. */
    VOTE,
    /** A row of the op-log that is never sent. */
    ROW
  }

  private final Subject subject;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is; its type does not say so.
  private final List<String> forms;

  SlotKind(Subject subject, String... forms) {
    this.subject = subject;
    this.forms = List.of(forms);
  }

  public Subject subject() {
    return subject;
  }

  /** The forms of its keys as {@code docs/ARCHITECTURE.md} writes them; none if never stored. */
  public List<String> forms() {
    return forms;
  }
}
