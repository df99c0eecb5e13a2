package dev.canswarm.pipeline.cli.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads the lines of a stream, without their line feeds. Discards the content of lines that are too
 * long, so memory is bounded by one line of the greatest length. Not thread-safe.
 */
public final class BoundedLines {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] NOTHING = {};

  private final InputStream in;
  private final int lineBytesMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int at;
  private int end;
  private long number;

  /**
   * One line of the input, of which at most the limit is kept.
   *
   * @param number line number from 1
   * @param length length in bytes, also if it was too long
   * @param bytes the content; empty if it was too long
   */
  public record Line(long number, long length, byte[] bytes, boolean tooLong) {}

  /**
   * @param in not closed here
   * @param lineBytesMax most bytes of a line that is kept
   */
  public BoundedLines(InputStream in, int lineBytesMax) {
    this.in = in;
    this.lineBytesMax = lineBytesMax;
  }

  /** Returns the next line; empty at the end. Text after the last line feed is a line, too. */
  public Optional<Line> next() throws IOException {
    line.reset();
    long length = 0;
    while (at < end || fill()) {
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      length += stop - at;
      if (length <= lineBytesMax) {
        line.write(buffer, at, stop - at);
      }
      boolean whole = stop < end;
      at = whole ? stop + 1 : stop;
      if (whole) {
        return Optional.of(line(length));
      }
    }
    return length > 0 ? Optional.of(line(length)) : Optional.empty();
  }

  private Line line(long length) {
    number++;
    boolean tooLong = length > lineBytesMax;
    return new Line(number, length, tooLong ? NOTHING : line.toByteArray(), tooLong);
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }
}
