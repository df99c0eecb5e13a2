package dev.canswarm.benchmarks.input;

import java.util.SplittableRandom;

/** Pseudo-random bytes that are the same in every run. */
public final class RandomBytes {
  private RandomBytes() {}

  /** Returns an array of that length; each index gives different bytes. */
  public static byte[] of(int bytes, int index) {
    var random = new SplittableRandom(0xb17e5L + index);
    var result = new byte[bytes];
    random.nextBytes(result);
    return result;
  }
}
