package dev.canswarm.pipeline.cli.verify;

import java.io.FilterInputStream;
import java.io.InputStream;

/** A stream that its owner closes: {@link #close} does nothing. */
final class UnclosedInput extends FilterInputStream {
  UnclosedInput(InputStream in) {
    super(in);
  }

  @Override
  public void close() {
    // Its owner closes it.
  }
}
