package dev.canswarm.pipeline.kafka;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What one consumer, from its creation to its end, has been assigned. Thread-safe. */
final class Assignments {
  private final IntConsumer freed;
  private final Map<TopicPartition, Assignment> current = new ConcurrentHashMap<>();
  private volatile Set<Integer> partitions = Set.of();

  /**
   * @param freed told how many places in flight the end of assignments frees
   */
  Assignments(IntConsumer freed) {
    this.freed = freed;
  }

  void assigned(Collection<TopicPartition> places) {
    places.forEach(this::renew);
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
    Assignment next = new Assignment();
    end(current.put(place, next));
    return next;
  }

  @Nullable Assignment of(TopicPartition place) {
    return current.get(place);
  }

  /** The partition numbers, whatever their topics. */
  Set<Integer> partitions() {
    return partitions;
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
    Set<Integer> numbers = new TreeSet<>();
    current.keySet().forEach(place -> numbers.add(place.partition()));
    partitions = Collections.unmodifiableSet(numbers);
  }
}
