package dev.canswarm.pipeline.checker;

import java.util.List;
import java.util.Map;

/**
 * What was found.
 *
 * @param violations the first of them, at most {@link #VIOLATIONS_MAX}
 * @param violationCount how many there were
 * @param needs NEEDs that are stored
 * @param outcomes how many of them ended how
 * @param deadLettered intake records that were refused, with a reason
 * @param lost intake records that Kafka acknowledged and that neither ended nor were refused
 * @param envelopes stored envelopes whose hashes, id, signature and role were checked
 * @param messages records on the topics that were compared with what is stored
 */
public record Report(
    List<Violation> violations,
    long violationCount,
    long needs,
    Map<String, Long> outcomes,
    long deadLettered,
    long lost,
    long envelopes,
    long messages) {
  /** One defect may break every NEED: more than these say nothing new. */
  public static final int VIOLATIONS_MAX = 100;

  public Report {
    violations = List.copyOf(violations);
    outcomes = Map.copyOf(outcomes);
  }

  /** Whether nothing is wrong. */
  public boolean passed() {
    return violationCount == 0 && lost == 0;
  }
}
