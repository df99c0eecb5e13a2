package dev.canswarm.protocol;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.policy.ChainStatus;
import java.util.Optional;

/** The heads of the control chain that this process knows. Thread-safe. */
@FunctionalInterface
public interface Heads extends ChainStatus {
  /** The heads of a chain without entries. */
  Heads GENESIS = id -> id.isNone() ? Optional.of(Head.GENESIS) : Optional.empty();

  /**
   * Returns the head after an entry; empty for one that is not known.
   *
   * @param controlId id of the entry; empty for the head before the first one
   */
  Optional<Head> find(EnvelopeId controlId);
}
