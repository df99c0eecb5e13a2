package dev.canswarm.pipeline.cli.replay;

import java.util.function.Consumer;

/** Where recorded envelopes are read from, from the first to the last, as often as asked. */
interface RecordSource {
  /**
   * Reads all; blocks, in bounded memory.
   *
   * @param entries takes every envelope, whatever it holds
   * @return how many records there were, those of no envelope included
   * @throws BrokenLogException at the first line of an audit log that is not what its node wrote
   * @throws dev.canswarm.port.RetryableException where it cannot be read
   */
  long read(Consumer<LogEntry> entries);

  /** What it is, in a word. */
  String name();

  /** What was read and what of that is proven, for people. */
  String described(long records);
}
