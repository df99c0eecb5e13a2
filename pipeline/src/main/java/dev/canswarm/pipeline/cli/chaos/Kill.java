package dev.canswarm.pipeline.cli.chaos;

import java.util.Set;

/**
 * A kill that was made.
 *
 * @param millis when, since 1970
 * @param taken threads that the process had taken which was killed, or, of a server, those that
 *     worked on it
 */
record Kill(Fault fault, long millis, Set<String> taken) {
  Kill {
    taken = Set.copyOf(taken);
  }

  /** NEEDs that Kafka had acknowledged, whose FINALIZE was not on its topic, and that it hit. */
  int inFlight(Book book) {
    return book.inFlight(taken, millis);
  }
}
