package dev.canswarm.port;

import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Topics with partitions, keyed records, and at-least-once delivery in order per topic and
 * partition. Non-blocking.
 */
public interface Bus {
  /**
   * Records of all topics of the swarm that this process reads. One subscription at a time. Demand
   * reaches the broker: at most {@code inFlightMax} records are taken and not acknowledged. A
   * record that was not acknowledged when the process dies, or the partition moves, comes again.
   */
  Flux<Delivery> deliveries();

  /**
   * Sends; completes when all in-sync replicas have it. An outage is a {@link RetryableException}.
   * Records with the same key keep their order as long as each send waits for the one before.
   */
  Mono<Void> send(OutgoingRecord message);

  /** The partition numbers assigned to this process now; sweeps of timers follow them. */
  Set<Integer> assignedPartitions();

  /**
   * Which assignment of a partition holds now: another positive number each time that this process
   * is given the partition, 0 while it is not. Between two numbers another process may have had the
   * partition, and have taken records of it that do not come again.
   */
  long assignment(int partition);

  /** The partition that a key belongs to: murmur2 over the topics' common partition count. */
  int partitionOf(String key);
}
