package dev.canswarm.simulation.chaos;

import java.util.Set;

/**
 * An injected kill.
 *
 * @param millis time since 1970
 * @param taken threads that the killed process had received; for a server, those of all processes
 *     that used it
 */
record Kill(ChaosFault fault, long millis, Set<String> taken) {
  Kill {
    taken = Set.copyOf(taken);
  }

  /** Returns how many NEEDs it hit: acknowledged by Kafka, without a FINALIZE on the topic. */
  int inFlight(NeedLedger ledger) {
    return ledger.inFlight(taken, millis);
  }
}
