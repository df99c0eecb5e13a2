package dev.canswarm.replay;

import java.util.List;

/**
 * One check of one NEED.
 *
 * @param summary what was checked, in a few words
 */
public record Check(CheckName name, String summary, List<Finding> findings) {
  public Check {
    findings = List.copyOf(findings);
  }

  /** Returns the worst status of all findings. */
  public Status status() {
    return findings.stream().map(Finding::status).reduce(Status.PASS, Status::and);
  }
}
