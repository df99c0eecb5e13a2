package dev.canswarm.replay;

import java.util.List;

/**
 * One check of one NEED.
 *
 * @param summary what was looked at, in a few words
 */
public record Check(CheckName name, String summary, List<Finding> findings) {
  public Check {
    findings = List.copyOf(findings);
  }

  /** The worst of what was found. */
  public Status status() {
    return findings.stream().map(Finding::status).reduce(Status.PASS, Status::and);
  }
}
