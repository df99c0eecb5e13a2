package dev.canswarm.port;

import dev.canswarm.envelope.ThreadId;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Topics with partitions, keyed records, and at-least-once delivery in order per topic and
 * partition. Non-blocking.
 */
public interface Bus {
  /**
   * Records of all topics that this process reads, in batches as they were polled. A batch is never
   * empty; its records are in order for each topic and partition. Demand counts batches and reaches
   * the broker: a batch is polled only while the records that are not acknowledged, and the bytes
   * of their values, are below their bounds. A record that is not acknowledged when the process
   * dies, or when its partition moves, is delivered again.
   *
   * <p>One subscription at a time; a second one fails with {@link IllegalStateException}.
   */
  Flux<List<Delivery>> batches();

  /**
   * Takes no records of these topics until the next call, and again takes those of all others. It
   * holds for every assignment to come. What was polled before may still be delivered.
   */
  void hold(Set<String> topics);

  /**
   * Sends all; completes when all in-sync replicas have all. Records of one key keep the list's
   * order. An outage is a {@link RetryableException} for the list, some of which may have been
   * sent. An empty list completes at once.
   */
  Mono<Void> send(List<OutgoingRecord> records);

  /**
   * Sends one record, as {@link #send(List)} does. Records with the same key keep their order as
   * long as each send waits for the one before.
   */
  default Mono<Void> send(OutgoingRecord message) {
    return send(List.of(message));
  }

  /** The partition numbers assigned to this process now; sweeps of timers follow them. */
  Set<Integer> assignedPartitions();

  /**
   * Which assignment of a partition holds now: another positive number each time that this process
   * is given the partition, 0 while it is not. Between two numbers another process may have had the
   * partition, and have taken records of it that do not come again.
   */
  long assignment(int partition);

  /**
   * How many records of a topic's partition this process knows of and was not given yet: those that
   * wait here for room, and those that wait at the broker. It is 0 only when all was given that was
   * known a moment ago, or while the partition is not assigned; otherwise it may be too high.
   * Cheap, and safe to call from any thread.
   */
  long lag(String topic, int partition);

  /**
   * The partition that a thread belongs to: murmur2 of its id over the topics' common partition
   * count.
   */
  int partitionOf(ThreadId thread);
}
