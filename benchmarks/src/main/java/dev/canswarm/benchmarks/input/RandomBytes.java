package dev.canswarm.benchmarks.input;

import java.util.SplittableRandom;

/** Bytes without any pattern, the same in every run. */
public final class RandomBytes {
  private RandomBytes() {}

  /** So many; another index gives others. */
  public static byte[] of(int bytes, int index) {
    var random = new SplittableRandom(0xb17e5L + index);
    var result = new byte[bytes];
    random.nextBytes(result);
    return result;
  }
}
