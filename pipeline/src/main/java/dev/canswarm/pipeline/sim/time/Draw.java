package dev.canswarm.pipeline.sim.time;

/**
 * A stream of numbers from a seed: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom
 * number generators", 2014). Written out here so that a seed means the same run on every JDK. Not
 * thread-safe.
 */
public final class Draw {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final int PERMILLE = 1000;

  private long state;

  public Draw(long seed) {
    this.state = seed;
  }

  /** A stream of its own for a purpose, the same whatever was drawn here before or after. */
  public static Draw of(long seed, long purpose) {
    return new Draw(mixed(mixed(seed + GOLDEN_GAMMA) + purpose * GOLDEN_GAMMA));
  }

  /** The next 64 bits. */
  public long next() {
    state += GOLDEN_GAMMA;
    return mixed(state);
  }

  /** From 0 to {@code bound} - 1. */
  public int below(int bound) {
    return (int) Long.remainderUnsigned(next() >>> 1, bound);
  }

  /** From {@code min} to {@code max}, both included. */
  public int between(int min, int max) {
    return min + below(max - min + 1);
  }

  /** Between the two, both included. */
  public long between(long min, long max) {
    return min + Long.remainderUnsigned(next() >>> 1, max - min + 1);
  }

  /** Whether something that happens so often in a thousand happens now. */
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
