package dev.canswarm.replay;

import java.util.List;

/**
 * The findings of replay on one NEED.
 *
 * @param threadId empty for records that belong to no thread that can be read
 * @param needId empty for records that belong to no NEED that can be read
 * @param outcome of its FINALIZE; empty without one
 * @param envelopes how many different ones were read
 */
public record ReplayReport(
    String threadId, String needId, String outcome, int envelopes, List<Check> checks) {
  public ReplayReport {
    checks = List.copyOf(checks);
  }

  /** The worst of the checks. */
  public Status status() {
    return checks.stream().map(Check::status).reduce(Status.PASS, Status::and);
  }

  /** That check; one that was not made passes without a word. */
  public Check check(CheckName name) {
    return checks.stream()
        .filter(check -> check.name() == name)
        .findFirst()
        .orElseGet(() -> new Check(name, "", List.of()));
  }
}
