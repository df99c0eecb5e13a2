package dev.canswarm.simulation.hostile;

import java.util.List;
import java.util.SortedMap;

/**
 * The results of a flood.
 *
 * @param sent bad records by sort
 * @param accepted good NEEDs that ended as ACCEPTED
 * @param wrong what did not end as it must, the first ones
 * @param seconds from the first record to the last end
 */
public record FloodReport(
    SortedMap<BadSort, Integer> sent,
    int needs,
    int accepted,
    List<String> wrong,
    long wrongCount,
    double seconds) {
  public FloodReport {
    wrong = List.copyOf(wrong);
  }

  /** Whether everything ended as it must. */
  public boolean isGood() {
    return wrongCount == 0 && accepted == needs;
  }
}
