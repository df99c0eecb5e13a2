package dev.canswarm.config;

import java.util.Map;
import java.util.Optional;

/**
 * The connection to Kafka and its limits.
 *
 * @param bootstrap {@code host:port,…}; empty starts the embedded broker
 * @param port the embedded broker's port for clients without a login; 0 picks a free one
 * @param saslPort the embedded broker's port for clients that log in; 0 picks a free one
 * @param partitions the partitions of every topic
 * @param replication the replicas of every partition
 * @param minInsync the replicas that must store a record before Kafka acknowledges it
 * @param retentionMillis how long topics keep records, in milliseconds
 * @param inFlightMax the most records that are received and not yet acknowledged
 * @param inFlightBytesMax the most bytes of values that are received and not yet acknowledged; one
 *     poll may exceed it
 * @param pollRecordsMax the most records that one poll returns
 * @param commitIntervalMillis the time between offset commits, in milliseconds
 * @param sendInFlightMax the most records that are sent and not yet acknowledged by Kafka
 * @param sessionTimeoutMillis the time without a heartbeat after which the consumer group removes a
 *     member, in milliseconds
 * @param recordBytesMax the size limit of a record, in bytes
 * @param client further properties of Kafka's clients, such as those of TLS and SASL
 */
public record KafkaSettings(
    Optional<String> bootstrap,
    int port,
    int saslPort,
    int partitions,
    int replication,
    int minInsync,
    long retentionMillis,
    int inFlightMax,
    long inFlightBytesMax,
    int pollRecordsMax,
    long commitIntervalMillis,
    int sendInFlightMax,
    int sessionTimeoutMillis,
    int recordBytesMax,
    Map<String, Secret> client) {
  public KafkaSettings {
    client = Map.copyOf(client);
  }

  /** Whether this process runs the broker itself. */
  public boolean embedded() {
    return bootstrap.isEmpty();
  }
}
