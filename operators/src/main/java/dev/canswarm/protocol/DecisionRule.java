package dev.canswarm.protocol;

import dev.canswarm.protocol.Stored.Message;
import java.util.List;
import java.util.Optional;

/** The rule by which a decider chooses among valid proposals. Pure. */
@FunctionalInterface
public interface DecisionRule {
  /** Chooses the proposal that was stored first. */
  DecisionRule FIRST = proposals -> proposals.stream().findFirst();

  /**
   * Chooses the proposal that is to be decided.
   *
   * @param proposals valid ones, in the order in which they were stored
   * @return one of them, or empty to wait for others
   */
  Optional<Message> choose(List<Message> proposals);
}
