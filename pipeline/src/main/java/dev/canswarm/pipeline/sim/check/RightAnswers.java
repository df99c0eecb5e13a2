package dev.canswarm.pipeline.sim.check;

import java.util.List;
import java.util.Set;

/** What a NEED's tasks come to when they are done right: addresses of artifacts, in plan order. */
@FunctionalInterface
public interface RightAnswers {
  /**
   * For each task of the NEED the artifacts that are right.
   *
   * @param payload of the NEED, canonical JSON
   */
  List<Set<String>> of(byte[] payload);
}
