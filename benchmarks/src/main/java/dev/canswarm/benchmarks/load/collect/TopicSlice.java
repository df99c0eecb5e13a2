package dev.canswarm.benchmarks.load.collect;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a topic again from noted places to its present end. Stateless. */
public final class TopicSlice {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Takes one record. */
  @FunctionalInterface
  public interface SliceHandler {
    /** Called for each record, on the thread that reads. */
    void take(ConsumerRecord<byte[], byte[]> message);
  }

  private TopicSlice() {}

  /** The present end of every partition of a topic. */
  public static Map<TopicPartition, Long> ends(String bootstrap, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = Consumers.make(bootstrap)) {
      return consumer.endOffsets(Consumers.partitions(consumer, topic));
    }
  }

  /** Hands over every record of a topic from the places on, partition by partition in order. */
  public static void read(
      String bootstrap, String topic, Map<TopicPartition, Long> from, SliceHandler each) {
    try (KafkaConsumer<byte[], byte[]> consumer = Consumers.make(bootstrap)) {
      read(consumer, topic, from, each);
    }
  }

  static void read(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Map<TopicPartition, Long> from,
      SliceHandler each) {
    List<TopicPartition> partitions = Consumers.partitions(consumer, topic);
    consumer.assign(partitions);
    partitions.forEach(partition -> consumer.seek(partition, from.getOrDefault(partition, 0L)));
    Map<TopicPartition, Long> left = new HashMap<>(consumer.endOffsets(partitions));
    while (left.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
        each.take(message);
      }
    }
  }
}
