package dev.canswarm.config;

import java.util.Optional;

/**
 * The bus.
 *
 * @param bootstrap {@code host:port,…}, or empty for the embedded broker
 * @param port of the embedded broker; 0: any free one
 * @param inFlightMax records taken from Kafka and not yet acknowledged
 * @param sendInFlightMax records sent and not yet acknowledged
 */
public record KafkaSettings(
    Optional<String> bootstrap,
    int port,
    int partitions,
    int replication,
    int minInsync,
    long retentionMillis,
    int inFlightMax,
    int pollRecordsMax,
    long commitIntervalMillis,
    int sendInFlightMax,
    int sessionTimeoutMillis,
    int recordBytesMax) {
  /** Whether this process runs the broker. */
  public boolean embedded() {
    return bootstrap.isEmpty();
  }
}
