package dev.canswarm.replay;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The findings of replay on one NEED.
 *
 * @param threadId {@link ThreadId#NONE} for records of no thread that can be read
 * @param needId null for records that belong to no NEED that can be read
 * @param outcome of its FINALIZE; empty without one
 * @param envelopes number of distinct envelopes that were read
 */
public record ReplayReport(
    ThreadId threadId, @Nullable NeedId needId, String outcome, int envelopes, List<Check> checks) {
  public ReplayReport {
    checks = List.copyOf(checks);
  }

  /** Returns the worst status of all checks. */
  public Status status() {
    return checks.stream().map(Check::status).reduce(Status.PASS, Status::and);
  }

  /** Returns the result of a check; a check that was not made counts as passed without a remark. */
  public Check check(CheckName name) {
    return checks.stream()
        .filter(check -> check.name() == name)
        .findFirst()
        .orElseGet(() -> new Check(name, "", List.of()));
  }
}
