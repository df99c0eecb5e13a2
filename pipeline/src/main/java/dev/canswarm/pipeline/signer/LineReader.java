package dev.canswarm.pipeline.signer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines of a bounded length. Blocks. Not thread-safe. */
final class LineReader {
  private final InputStream in;
  private final int bytesMax;
  private final boolean cuts;

  private LineReader(InputStream in, int bytesMax, boolean cuts) {
    this.in = new BufferedInputStream(in);
    this.bytesMax = bytesMax;
    this.cuts = cuts;
  }

  /** A reader that refuses a longer line. */
  static LineReader strict(InputStream in, int bytesMax) {
    return new LineReader(in, bytesMax, false);
  }

  /** A reader that drops the rest of a longer line. */
  static LineReader cutting(InputStream in, int bytesMax) {
    return new LineReader(in, bytesMax, true);
  }

  /**
   * Returns the next line without its end, or null at the end of the stream. A last line without an
   * end is dropped: its writer died while it wrote it.
   *
   * @throws IOException for a line that is too long
   */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int read = in.read(); read >= 0; read = in.read()) {
      if (read == '\n') {
        return line.toByteArray();
      }
      if (line.size() < bytesMax) {
        line.write(read);
      } else if (!cuts) {
        throw new IOException("expected a line of at most " + bytesMax + " bytes");
      }
    }
    return null;
  }
}
