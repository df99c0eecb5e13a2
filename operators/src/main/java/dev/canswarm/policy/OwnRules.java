package dev.canswarm.policy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import java.util.List;

/**
 * The rules that a policy adds to the built-in ones. What one says of an envelope follows from the
 * envelope's id alone, since the id covers everything that a rule is shown. Thread-safe.
 */
public interface OwnRules {
  /** Returned by {@link #gasOf} for an envelope whose evaluation is not known, or no longer. */
  long UNKNOWN = -1;

  /** The rules of a policy that adds none. */
  OwnRules NONE =
      new OwnRules() {
        @Override
        public boolean judge(Verb verb) {
          return false;
        }

        @Override
        public void check(Envelope envelope, List<Envelope> parents) {}

        @Override
        public long gasOf(Envelope envelope) {
          return 0;
        }
      };

  /** Whether any of them judges envelopes of that verb. */
  boolean judge(Verb verb);

  /**
   * Lets an envelope pass or not.
   *
   * @param parents all of its parents, in the order in which it names them
   * @throws RefusedException POLICY_RULE_REFUSED or OUT_OF_GAS
   */
  void check(Envelope envelope, List<Envelope> parents);

  /**
   * The gas that they used for an envelope that was evaluated before, accepted or not: 0 for a verb
   * that none of them judges, {@link #UNKNOWN} if the figure is not kept.
   */
  long gasOf(Envelope envelope);
}
