package dev.canswarm.port;

/** An artifact that cannot be stored or trusted. Terminal. */
public final class ArtifactException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The ways in which reading or storing an artifact fails. */
  public enum Problem {
    TOO_LARGE,
    CORRUPT,
    BAD_ADDRESS
  }

  private final Problem problem;

  private ArtifactException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  /** More bytes than the store takes. */
  public static ArtifactException tooLarge(long bytes, long bytesMax) {
    return new ArtifactException(
        Problem.TOO_LARGE, "expected at most " + bytesMax + " bytes, got " + bytes);
  }

  /** The stored bytes have another hash than their address. */
  public static ArtifactException corrupt(String address, String actual) {
    return new ArtifactException(
        Problem.CORRUPT, "artifact " + address + " holds content with hash " + actual);
  }

  /** Not 64 lower-case hex digits. */
  public static ArtifactException badAddress(String address) {
    return new ArtifactException(
        Problem.BAD_ADDRESS, "expected 64 lower-case hex digits, got " + address);
  }

  /** Returns the kind of failure. */
  public Problem problem() {
    return problem;
  }
}
