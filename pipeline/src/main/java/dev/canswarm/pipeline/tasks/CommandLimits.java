package dev.canswarm.pipeline.tasks;

/**
 * The bounds of a command.
 *
 * @param timeoutMillis longest run, from the start of its process
 * @param outputBytesMax most bytes on its standard output: the artifact's size
 */
public record CommandLimits(long timeoutMillis, int outputBytesMax) {
  /** Most that a command may say on standard error before it is killed. */
  public static final int STDERR_BYTES_MAX = 1 << 20;

  public CommandLimits {
    if (timeoutMillis < 1 || outputBytesMax < 0 || outputBytesMax == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected timeoutMillis from 1 and outputBytesMax from 0 to 2^31-2, got %d and %d"
              .formatted(timeoutMillis, outputBytesMax));
    }
  }
}
