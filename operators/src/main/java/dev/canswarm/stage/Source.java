package dev.canswarm.stage;

/** Where a record came from. */
public record Source(String cluster, String topic, int partition, long offset) {
  @Override
  public String toString() {
    return topic + "/" + partition + "/" + offset;
  }
}
