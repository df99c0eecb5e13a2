package dev.canswarm.simulation.checker;

import java.util.List;
import java.util.Map;

/**
 * The result of a check.
 *
 * @param violations the first violations, at most {@link #VIOLATIONS_MAX}
 * @param violationCount number of all violations
 * @param needs number of stored NEEDs
 * @param outcomes number of NEEDs by outcome
 * @param deadLettered number of intake records refused with a reason
 * @param lost number of intake records that Kafka acknowledged and that neither ended nor were
 *     refused
 * @param envelopes number of stored envelopes checked
 * @param messages number of records on the topics compared with the tables
 */
public record CheckerReport(
    List<Violation> violations,
    long violationCount,
    long needs,
    Map<String, Long> outcomes,
    long deadLettered,
    long lost,
    long envelopes,
    long messages) {
  /** Most violations kept: one defect may break every NEED, so more of them say nothing new. */
  public static final int VIOLATIONS_MAX = 100;

  public CheckerReport {
    violations = List.copyOf(violations);
    outcomes = Map.copyOf(outcomes);
  }

  /** Whether there is no violation and nothing was lost. */
  public boolean passed() {
    return violationCount == 0 && lost == 0;
  }
}
