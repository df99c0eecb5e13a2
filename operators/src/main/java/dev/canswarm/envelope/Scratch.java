package dev.canswarm.envelope;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalWriter;

/**
 * Arrays that a thread uses again for every envelope. What it keeps is bounded; larger envelopes
 * get arrays of their own. Nothing in it outlives a call.
 */
final class Scratch {
  /** Nearly all envelopes fit. */
  private static final int KEPT_BYTES = 1 << 14;

  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final byte[] kept = new byte[KEPT_BYTES];
  private final CanonicalWriter writer = new CanonicalWriter(KEPT_BYTES);

  /** For a hash that is compared or written at once. */
  final byte[] hash = new byte[Sha256.HASH_BYTES];

  private Scratch() {}

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  /** Returns an array of at least that length; its content is undefined. */
  byte[] bytes(int lengthMin) {
    return lengthMin <= KEPT_BYTES ? kept : new byte[lengthMin];
  }

  /** This thread's writer, emptied. */
  CanonicalWriter writer() {
    return writer.clear();
  }
}
