package dev.canswarm.pipeline.kafka;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The assignments of one consumer during its lifetime. Thread-safe. */
final class Assignments {
  private final IntConsumer freed;
  private final Map<TopicPartition, Assignment> current = new ConcurrentHashMap<>();
  private final LongSupplier numbers;
  private volatile Map<Integer, Long> numberByPartition = Map.of();

  /**
   * @param freed receives the number of records that no longer count as uncommitted
   * @param numbers returns numbers from 1 that increase strictly, also across the consumers of this
   *     process
   */
  Assignments(IntConsumer freed, LongSupplier numbers) {
    this.freed = freed;
    this.numbers = numbers;
  }

  void assigned(Collection<TopicPartition> places) {
    places.forEach(this::begin);
    publish();
  }

  void revoked(Collection<TopicPartition> places) {
    for (TopicPartition place : places) {
      end(current.remove(place));
    }
    publish();
  }

  /** Ends the current assignment of a topic-partition and starts another one. */
  Assignment renew(TopicPartition place) {
    Assignment next = begin(place);
    publish();
    return next;
  }

  private Assignment begin(TopicPartition place) {
    Assignment next = new Assignment(numbers.getAsLong());
    end(current.put(place, next));
    return next;
  }

  @Nullable Assignment of(TopicPartition place) {
    return current.get(place);
  }

  /** Returns the records of an assigned topic-partition that were not delivered; 0 of others. */
  long lag(TopicPartition place) {
    Assignment assignment = current.get(place);
    return assignment == null ? 0 : assignment.lag();
  }

  /** Returns the numbers of the assigned partitions of all topics. */
  Set<Integer> partitions() {
    return numberByPartition.keySet();
  }

  /** Returns the number of the partition's latest assignment in any topic; 0 if there is none. */
  long number(int partition) {
    return numberByPartition.getOrDefault(partition, 0L);
  }

  /** Ends all assignments, since the consumer is closed. */
  void endAll() {
    revoked(Set.copyOf(current.keySet()));
  }

  private void end(@Nullable Assignment assignment) {
    if (assignment != null) {
      freed.accept(assignment.end());
    }
  }

  private void publish() {
    Map<Integer, Long> latest = new TreeMap<>();
    current.forEach((place, one) -> latest.merge(place.partition(), one.number(), Math::max));
    numberByPartition = Collections.unmodifiableMap(latest);
  }
}
