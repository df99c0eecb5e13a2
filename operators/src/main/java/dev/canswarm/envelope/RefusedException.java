package dev.canswarm.envelope;

/**
 * Input that will never be accepted: it goes to the dead-letter topic with this reason. Terminal;
 * an outage is never one of these.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public RefusedException(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  public RefusedException(Reason reason, String detail, Throwable cause) {
    super(detail, cause);
    this.reason = reason;
  }

  /** The reason code, which the dead letter carries. */
  public Reason reason() {
    return reason;
  }

  /** Expected, actual and where, for a person. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
