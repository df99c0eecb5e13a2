package dev.canswarm.simulation.hostile;

import java.util.List;
import java.util.SortedMap;

/**
 * The results of a flood.
 *
 * @param sent bad records by sort
 * @param needs good NEEDs that were sent, those at which bad records were aimed included
 * @param accepted good NEEDs that ended as ACCEPTED
 * @param wrong a line for each of the first records and NEEDs that did not end as expected
 * @param seconds from the first record to the last end
 */
public record FloodReport(
    SortedMap<BadSort, Integer> sent,
    int needs,
    int accepted,
    List<String> wrong,
    long wrongCount,
    double seconds,
    FloodCost cost) {
  public FloodReport {
    wrong = List.copyOf(wrong);
  }

  /** The same with what the flood cost. */
  public FloodReport withCost(FloodCost measured) {
    return new FloodReport(sent, needs, accepted, wrong, wrongCount, seconds, measured);
  }

  /** Whether everything ended as it must, at a cost that does not grow with what is refused. */
  public boolean isGood() {
    return wrongCount == 0 && accepted == needs && cost.problems().isEmpty();
  }
}
