package dev.canswarm.benchmarks.load.collect;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes consumers without a group, which cause no rebalance. */
final class Consumers {
  /** The broker may be busy with what is being measured. */
  private static final int ANSWER_MILLIS_MAX = 60_000;

  private static final int POLL_RECORDS_MAX = 2_000;

  private Consumers() {}

  static KafkaConsumer<byte[], byte[]> make(String bootstrap) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest",
            "allow.auto.create.topics",
            false,
            "max.poll.records",
            POLL_RECORDS_MAX,
            "default.api.timeout.ms",
            ANSWER_MILLIS_MAX),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** All partitions of these topics. */
  static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String... topics) {
    return Stream.of(topics)
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }
}
