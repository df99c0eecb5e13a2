package dev.canswarm.simulation.check;

import java.util.List;
import java.util.Set;

/** The correct results of a NEED's tasks: addresses of artifacts, in plan order. */
@FunctionalInterface
public interface RightAnswers {
  /**
   * Returns, for each task of the NEED, the addresses of all correct artifacts.
   *
   * @param payload of the NEED, canonical JSON
   */
  List<Set<String>> of(byte[] payload);
}
