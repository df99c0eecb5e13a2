package dev.canswarm.replay;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Stored.Message;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;

/**
 * An envelope whose signature holds and whose payload has its verb's form, and its position.
 *
 * @param gas the figures that its records say the policy's rules used, and where each is said
 */
record Known(Message message, String where, boolean isTaken, SortedMap<Long, String> gas) {
  /** One whose records say nothing of gas. */
  Known(Message message, String where, boolean isTaken) {
    this(message, where, isTaken, Collections.emptySortedMap());
  }

  /** The order in which envelopes are derived again: parents before children. */
  static final Comparator<Known> CAUSAL =
      Comparator.comparingLong((Known known) -> known.envelope().lamport())
          .thenComparing(Known::id);

  Envelope envelope() {
    return message.envelope();
  }

  Verb verb() {
    return message.envelope().verb();
  }

  EnvelopeId id() {
    return message.id();
  }

  @Override
  public String toString() {
    return message.envelope().toString();
  }
}
