package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.replay.Status;

/**
 * The totals of a replay.
 *
 * @param source a sentence that says what was read
 * @param records number of records of every kind
 */
public record ReplayTotals(
    String source,
    long records,
    long threads,
    long needs,
    long passed,
    long failed,
    long incomplete) {

  ReplayTotals withThread() {
    return new ReplayTotals(source, records, threads + 1, needs, passed, failed, incomplete);
  }

  ReplayTotals with(Status status) {
    return new ReplayTotals(
        source,
        records,
        threads,
        needs + 1,
        passed + (status == Status.PASS ? 1 : 0),
        failed + (status == Status.FAIL ? 1 : 0),
        incomplete + (status == Status.INCOMPLETE ? 1 : 0));
  }

  /** Returns the worst status of all NEEDs. */
  public Status status() {
    if (failed > 0) {
      return Status.FAIL;
    }
    return incomplete > 0 ? Status.INCOMPLETE : Status.PASS;
  }
}
