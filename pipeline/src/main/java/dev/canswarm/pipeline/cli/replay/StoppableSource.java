package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.pipeline.cli.command.StopSignal;
import java.util.function.Consumer;

/** A source that stops reading when the command is asked to stop. */
record StoppableSource(RecordSource source, StopSignal stop) implements RecordSource {
  /** The reading was stopped. */
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Throws if the command was asked to stop.
   *
   * @throws Ended if it was
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
