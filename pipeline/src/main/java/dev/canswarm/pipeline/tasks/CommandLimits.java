package dev.canswarm.pipeline.tasks;

/**
 * The limits of one run of a command.
 *
 * @param timeoutMillis the longest run, from the start of its process, in milliseconds; at least 1
 * @param outputBytesMax the most bytes on standard output, which become the artifact; 0 to 2^31-2
 */
public record CommandLimits(long timeoutMillis, int outputBytesMax) {
  /** The most bytes that a command may write to standard error before it is killed. */
  public static final int STDERR_BYTES_MAX = 1 << 20;

  public CommandLimits {
    if (timeoutMillis < 1 || outputBytesMax < 0 || outputBytesMax == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected timeoutMillis from 1 and outputBytesMax from 0 to 2^31-2, got %d and %d"
              .formatted(timeoutMillis, outputBytesMax));
    }
  }
}
