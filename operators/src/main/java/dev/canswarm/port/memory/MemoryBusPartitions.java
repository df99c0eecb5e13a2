package dev.canswarm.port.memory;

/**
 * Which partition a key belongs to, as Kafka's Java client has it: {@code murmur2(key) & 0x7fffffff
 * mod partitions}, with Austin Appleby's MurmurHash2 and Kafka's seed.
 */
final class MemoryBusPartitions {
  private static final int SEED = 0x9747b28c;
  private static final int MULTIPLIER = 0x5bd1e995;
  private static final int SHIFT = 24;

  private MemoryBusPartitions() {}

  static int partitionOf(byte[] key, int partitions) {
    return (murmur2(key) & Integer.MAX_VALUE) % partitions;
  }

  private static int murmur2(byte[] data) {
    int hash = SEED ^ data.length;
    int whole = data.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      int k =
          (data[i] & 0xff)
              | (data[i + 1] & 0xff) << 8
              | (data[i + 2] & 0xff) << 16
              | (data[i + 3] & 0xff) << 24;
      k *= MULTIPLIER;
      k ^= k >>> SHIFT;
      hash = hash * MULTIPLIER ^ k * MULTIPLIER;
    }
    for (int i = data.length - 1; i >= whole; i--) {
      hash ^= (data[i] & 0xff) << (8 * (i - whole));
    }
    if (data.length > whole) {
      hash *= MULTIPLIER;
    }
    hash ^= hash >>> 13;
    hash *= MULTIPLIER;
    return hash ^ hash >>> 15;
  }
}
