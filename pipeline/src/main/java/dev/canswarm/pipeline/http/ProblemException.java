package dev.canswarm.pipeline.http;

/** A request cannot be served; the response says why. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Response response;

  /**
   * @param response one of {@link Problem}
   */
  public ProblemException(Response response) {
    // Without a stack trace: it is an answer, not a defect.
    super("status " + response.status(), null, false, false);
    this.response = response;
  }

  /** Returns the response to send. */
  public Response response() {
    return response;
  }
}
