package dev.canswarm.simulation.time;

/**
 * A pseudorandom generator: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", 2014). Implemented here so that a seed gives the same run on every JDK. Not
 * thread-safe.
 */
public final class SeededRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final int PERMILLE = 1000;

  private long state;

  public SeededRandom(long seed) {
    this.state = seed;
  }

  /**
   * Returns an independent generator for a purpose; it gives the same numbers, independent of other
   * draws from the seed.
   */
  public static SeededRandom of(long seed, long purpose) {
    return new SeededRandom(mixed(mixed(seed + GOLDEN_GAMMA) + purpose * GOLDEN_GAMMA));
  }

  /** Returns the next 64 bits. */
  public long next() {
    state += GOLDEN_GAMMA;
    return mixed(state);
  }

  /** Returns a number from 0 to {@code bound} - 1. */
  public int below(int bound) {
    return (int) Long.remainderUnsigned(next() >>> 1, bound);
  }

  /** Returns a number from {@code min} to {@code max}, both inclusive. */
  public int between(int min, int max) {
    return min + below(max - min + 1);
  }

  /** Returns a number from {@code min} to {@code max}, both inclusive. */
  public long between(long min, long max) {
    return min + Long.remainderUnsigned(next() >>> 1, max - min + 1);
  }

  /** Returns true with a probability of {@code permille} in a thousand. */
  public boolean hits(int permille) {
    return below(PERMILLE) < permille;
  }

  private static long mixed(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
