package dev.canswarm.replay.audit;

/**
 * A log that is not what its node wrote: a line was changed, removed, repeated or moved. Terminal.
 */
public final class AuditException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kinds of faults in an audit log. */
  public enum Problem {
    /** Not a line of this format, or not in its canonical spelling. */
    MALFORMED,
    /** A number that does not follow the one before: lines are missing, repeated or moved. */
    OUT_OF_SEQUENCE,
    /** A hash of another line than the one before. */
    BROKEN_CHAIN,
    /** A Lamport time that does not follow. */
    BAD_LAMPORT,
    /** A checkpoint that its node did not sign. */
    BAD_SIGNATURE,
    /** A node that is not trusted, or not the one whose log this is. */
    UNTRUSTED_NODE,
    /** A segment whose number is missing. */
    MISSING_SEGMENT,
    /** A line, or what lies between two checkpoints, is longer than any that is written. */
    TOO_LARGE
  }

  private final Problem problem;
  private final transient AuditLocation location;

  private AuditException(Problem problem, AuditLocation location, String message) {
    super(message);
    this.problem = problem;
    this.location = location;
  }

  /** A failure at a place; {@code detail} says what was expected and what was found. */
  public static AuditException at(AuditLocation location, Problem problem, String detail) {
    return new AuditException(problem, location, location + ": " + problem + ": " + detail);
  }

  /** The kind of fault. */
  public Problem problem() {
    return problem;
  }

  /** Where; the changed line, if the chain shows which of two it is. */
  public AuditLocation location() {
    return location;
  }
}
