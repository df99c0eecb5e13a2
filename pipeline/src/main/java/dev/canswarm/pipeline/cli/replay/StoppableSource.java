package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.pipeline.cli.StopSignal;
import java.util.function.Consumer;

/** A source whose reading ends as soon as the command is asked to stop. */
record StoppableSource(RecordSource source, StopSignal stop) implements RecordSource {
  /** The reading ended early. */
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Goes on only where nobody asked to stop.
   *
   * @throws Ended where somebody did
   */
  void check() {
    if (stop.requested()) {
      throw new Ended();
    }
  }

  @Override
  public long read(Consumer<LogEntry> entries) {
    return source.read(
        entry -> {
          check();
          entries.accept(entry);
        });
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String described(long records) {
    return source.described(records);
  }
}
