package dev.canswarm.pipeline.cli.kafka;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads topics from their start to the ends that they had when it was opened, any number of times.
 * A plain consumer without a group; memory is bounded by Kafka's fetch buffers. Not thread-safe.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /** Longest wait for records that must follow. */
  private static final long SILENCE_MILLIS_MAX = 3L * Clients.ANSWER_MILLIS_MAX;

  /** Takes one record. */
  @FunctionalInterface
  public interface RecordHandler {
    /** Called for each record, on the thread that reads. */
    void take(ConsumerRecord<byte[], byte[]> message);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;

  private TopicReader(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    this.consumer = consumer;
    this.ends = ends;
  }

  /**
   * Opens those of the topics that exist.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer
   */
  public static TopicReader open(KafkaEndpoint kafka, Collection<String> topics)
      throws InterruptedException {
    Set<String> there = Clients.topics(kafka);
    return open(Clients.consumer(kafka), there, topics);
  }

  /**
   * Opens those of the topics that exist. Closes the consumer in the end, also if this fails.
   *
   * @param there the topics that exist
   */
  static TopicReader open(
      Consumer<byte[], byte[]> consumer, Set<String> there, Collection<String> topics) {
    boolean opened = false;
    try {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : topics) {
        if (there.contains(topic)) {
          for (PartitionInfo info : consumer.partitionsFor(topic)) {
            partitions.add(new TopicPartition(topic, info.partition()));
          }
        }
      }
      consumer.assign(partitions);
      TopicReader reader = new TopicReader(consumer, consumer.endOffsets(partitions));
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        consumer.close(CloseOptions.timeout(CLOSE_MAX));
      }
    }
  }

  /** Returns the number of topics found. */
  public int topics() {
    return (int) ends.keySet().stream().map(TopicPartition::topic).distinct().count();
  }

  /**
   * Reads all records once; blocks.
   *
   * @param records receives each record, in order within a partition
   * @throws RetryableException if the broker falls silent
   */
  public void read(RecordHandler records) {
    consumer.seekToBeginning(ends.keySet());
    Map<TopicPartition, Long> left = new TreeMap<>(TopicReader::compare);
    left.putAll(ends);
    long silentSince = System.nanoTime();
    while (true) {
      left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      if (left.isEmpty()) {
        return;
      }
      for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
        silentSince = System.nanoTime();
        TopicPartition partition = new TopicPartition(found.topic(), found.partition());
        if (found.offset() < ends.getOrDefault(partition, 0L)) {
          records.take(found);
        }
      }
      long silentMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - silentSince);
      if (silentMillis > SILENCE_MILLIS_MAX) {
        throw new RetryableException(
            "read from Kafka",
            new TimeoutException(
                "nothing came for %d ms, and %s are not read to their ends"
                    .formatted(silentMillis, left.keySet())));
      }
    }
  }

  private static int compare(TopicPartition one, TopicPartition other) {
    int byTopic = one.topic().compareTo(other.topic());
    return byTopic != 0 ? byTopic : Integer.compare(one.partition(), other.partition());
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }
}
