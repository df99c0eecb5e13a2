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

/** What one consumer, from its creation to its end, has been assigned. Thread-safe. */
final class Assignments {
  private final IntConsumer freed;
  private final Map<TopicPartition, Assignment> current = new ConcurrentHashMap<>();
  private final LongSupplier numbers;
  private volatile Map<Integer, Long> numberByPartition = Map.of();

  /**
   * @param freed told how many places in flight the end of assignments frees
   * @param numbers answers a number larger than all before, at least 1, also those that an earlier
   *     consumer of this process was given
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

  /** Ends the present assignment of a place and begins another. */
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

  /** The partition numbers, whatever their topics. */
  Set<Integer> partitions() {
    return numberByPartition.keySet();
  }

  /** A partition's latest assignment, whatever the topic; 0 while there is none. */
  long number(int partition) {
    return numberByPartition.getOrDefault(partition, 0L);
  }

  /** The consumer is gone. */
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
