package dev.canswarm.protocol;

import dev.canswarm.protocol.Stored.Message;
import java.util.List;
import java.util.Optional;

/** Which of the valid proposals a decider takes. Pure. */
@FunctionalInterface
public interface DecisionRule {
  /** Takes the one that was stored first. */
  DecisionRule FIRST = proposals -> proposals.stream().findFirst();

  /**
   * Chooses.
   *
   * @param proposals valid ones, in the order in which they were stored
   * @return one of them, or empty to wait for others
   */
  Optional<Message> choose(List<Message> proposals);
}
