package dev.canswarm.benchmarks.load.collect;

import java.util.List;
import java.util.Map;

/**
 * Results of a phase, from its FINALIZEs after they were checked.
 *
 * @param needIds id of each record's NEED, by the record's number
 * @param outcomes how many NEEDs ended how, by the outcome's name
 * @param reasons of NEEDs that were not accepted, with how many
 * @param faults what is wrong, the first of them; empty: every FINALIZE that was counted is good
 * @param faultCount all that is wrong
 */
public record Ends(
    Map<Integer, String> needIds,
    Map<String, Integer> outcomes,
    Map<String, Integer> reasons,
    List<String> faults,
    int faultCount) {
  public Ends {
    needIds = Map.copyOf(needIds);
    outcomes = Map.copyOf(outcomes);
    reasons = Map.copyOf(reasons);
    faults = List.copyOf(faults);
  }

  /** NEEDs with this outcome. */
  public int outcome(String name) {
    return outcomes.getOrDefault(name, 0);
  }
}
