package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import java.util.Set;

/**
 * A head of the control chain, as far as votes are counted under it.
 *
 * @param controlId id of its entry; empty before the first one
 * @param number of its entry; 0 before the first one
 * @param compromised keys of which nothing counts any more
 */
public record Head(EnvelopeId controlId, long number, Set<PublicKey> compromised) {
  /** The head before the first entry. */
  public static final Head GENESIS = new Head(EnvelopeId.NONE, 0, Set.of());
}
