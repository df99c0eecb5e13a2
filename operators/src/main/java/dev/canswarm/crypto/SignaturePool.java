package dev.canswarm.crypto;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Signatures of a provider that hold one decoded key and wait for a message. A borrowed signature
 * belongs to the borrower, so that no thread waits; a returned one is reused, since creating one
 * decodes the key. Keeps at most {@link #IDLE_MAX}. Thread-safe, without locks.
 */
final class SignaturePool {
  /** The most that are kept: one for each processor, within reason. A power of two. */
  static final int IDLE_MAX =
      Integer.highestOneBit(Math.min(16, 2 * Runtime.getRuntime().availableProcessors() - 1));

  private final AtomicReferenceArray<@Nullable Signature> idle =
      new AtomicReferenceArray<>(IDLE_MAX);
  private final Maker maker;

  /** Makes a signature that holds the key. */
  interface Maker {
    Signature make() throws GeneralSecurityException;
  }

  SignaturePool(Maker maker) {
    this.maker = maker;
  }

  /**
   * A signature that waits for a message.
   *
   * @throws GeneralSecurityException when one has to be made and the provider cannot
   */
  Signature take() throws GeneralSecurityException {
    Signature kept = idle.getAndSet(place(), null);
    return kept == null ? maker.make() : kept;
  }

  /** Gives back one that waits for its next message, as it does after it has signed or verified. */
  void give(Signature signature) {
    idle.set(place(), signature);
  }

  /** A thread usually gets back its own; on a collision it creates a new one. */
  private static int place() {
    return (int) Thread.currentThread().getId() & IDLE_MAX - 1;
  }
}
