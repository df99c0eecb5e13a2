package dev.canswarm.pipeline.http;

/** A request cannot be served; the reply says why. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Reply reply;

  /**
   * @param reply one of {@link Problem}
   */
  public ProblemException(Reply reply) {
    // Without a stack trace: it is an answer, not a defect.
    super("status " + reply.status(), null, false, false);
    this.reply = reply;
  }

  /** The reply. */
  public Reply reply() {
    return reply;
  }
}
