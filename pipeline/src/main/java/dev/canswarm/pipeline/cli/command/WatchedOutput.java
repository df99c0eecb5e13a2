package dev.canswarm.pipeline.cli.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the first failure of a stream, which a {@link java.io.PrintStream} on top of it
 * swallows. Not thread-safe, but {@link #failure} may be called from any thread.
 */
final class WatchedOutput extends FilterOutputStream {
  private static final String BROKEN_PIPE = "broken pipe";

  private volatile @Nullable IOException failure;

  WatchedOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    try {
      out.write(b);
    } catch (IOException e) {
      throw noted(e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw noted(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw noted(e);
    }
  }

  private IOException noted(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }

  /** Returns the first failure; a pipe that its reader has closed is none. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure)
        .filter(
            e -> !String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains(BROKEN_PIPE));
  }
}
