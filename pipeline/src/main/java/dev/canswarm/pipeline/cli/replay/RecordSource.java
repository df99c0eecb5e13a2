package dev.canswarm.pipeline.cli.replay;

import java.util.function.Consumer;

/** A source of recorded envelopes, which can be read any number of times. */
interface RecordSource {
  /**
   * Reads all records; blocks. Memory is bounded.
   *
   * @param entries receives every envelope, valid or not
   * @return the number of records, including those without an envelope
   * @throws BrokenLogException at the first line of an audit log that is not what its node wrote
   * @throws dev.canswarm.port.RetryableException if it cannot be read
   */
  long read(Consumer<LogEntry> entries);

  /** Returns the kind of source. */
  String name();

  /** Returns a sentence that says what was read and what was verified. */
  String described(long records);
}
