package dev.canswarm.pipeline.cli.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The lines of a stream, one after the other, without their line feeds. Of a line that is too long
 * nothing is kept: memory is bounded by one line of the greatest length, whatever comes in. Not
 * thread-safe.
 */
final class BoundedLines {
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
   * A line.
   *
   * @param number from 1 on
   * @param length in bytes, also where it was too long
   * @param bytes none where it was too long
   */
  record Line(long number, long length, byte[] bytes, boolean tooLong) {}

  /**
   * @param in not closed here
   * @param lineBytesMax of the longest line that is kept
   */
  BoundedLines(InputStream in, int lineBytesMax) {
    this.in = in;
    this.lineBytesMax = lineBytesMax;
  }

  /** The next line; empty at the end. What stands behind the last line feed is a line too. */
  Optional<Line> next() throws IOException {
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
