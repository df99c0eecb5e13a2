package dev.canswarm.pipeline.cli.kafka;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.envelope.RecordPosition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads single records by their positions, with a plain consumer without a group. Blocks. Not
 * thread-safe.
 */
public final class RecordLookup implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /** The offsets from {@code first} up to {@code end}, without it, that a partition holds. */
  private record Range(long first, long end) {
    boolean holds(long offset) {
      return first <= offset && offset < end;
    }
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Set<String> topics;
  private final Map<TopicPartition, Range> ranges = new HashMap<>();

  /**
   * @param consumer closed in the end
   * @param topics that exist
   */
  RecordLookup(Consumer<byte[], byte[]> consumer, Set<String> topics) {
    this.consumer = consumer;
    this.topics = topics;
  }

  /**
   * Connects to the broker, and asks which topics there are.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer
   */
  public static RecordLookup open(KafkaEndpoint kafka) throws InterruptedException {
    Set<String> topics = Clients.topics(kafka);
    return new RecordLookup(Clients.consumer(kafka), topics);
  }

  /**
   * Returns the record at a position; empty if there is none: it was deleted by retention, was
   * never committed, or does not come within {@link Clients#ANSWER_MILLIS_MAX}.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer
   */
  public Optional<ConsumerRecord<byte[], byte[]>> at(RecordPosition position) {
    TopicPartition partition = new TopicPartition(position.topic(), position.partition());
    if (!topics.contains(position.topic())
        || position.partition() >= consumer.partitionsFor(position.topic()).size()
        || !ranges.computeIfAbsent(partition, this::range).holds(position.offset())) {
      return Optional.empty();
    }
    consumer.assign(List.of(partition));
    consumer.seek(partition, position.offset());
    long began = System.nanoTime();
    while (consumer.position(partition) <= position.offset()) {
      for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
        if (found.offset() >= position.offset()) {
          return Optional.of(found).filter(one -> one.offset() == position.offset());
        }
      }
      if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) > Clients.ANSWER_MILLIS_MAX) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Range range(TopicPartition partition) {
    return new Range(
        consumer.beginningOffsets(Set.of(partition)).getOrDefault(partition, 0L),
        consumer.endOffsets(Set.of(partition)).getOrDefault(partition, 0L));
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }
}
