package dev.canswarm.envelope;

/**
 * The position of a record in Kafka.
 *
 * @param cluster the cluster's id, or {@link #NO_CLUSTER}
 * @param offset within the partition, from 0
 */
public record RecordPosition(String cluster, String topic, int partition, long offset) {
  /** The cluster of a position that was kept without one. */
  public static final String NO_CLUSTER = "";

  /** The same position in {@link #NO_CLUSTER}. */
  public RecordPosition withoutCluster() {
    return cluster.isEmpty() ? this : new RecordPosition(NO_CLUSTER, topic, partition, offset);
  }

  /** {@code topic/partition/offset}, as slots and dead letters are named by it. */
  @Override
  public String toString() {
    return topic + "/" + partition + "/" + offset;
  }
}
