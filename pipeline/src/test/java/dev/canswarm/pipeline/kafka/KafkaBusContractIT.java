package dev.canswarm.pipeline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.port.Bus;
import dev.canswarm.port.BusContract;
import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;

/** Runs the contract on a real broker, and reads sent records back with Kafka's own consumer. */
class KafkaBusContractIT extends BusContract {
  private static final int POLL_RECORDS_MAX = 5;

  private final KafkaBuses buses = new KafkaBuses();

  @AfterEach
  void close() {
    buses.close();
  }

  @Override
  protected Bus process(String groupId, int inFlightMax, long inFlightBytesMax) {
    return buses.open(groupId, inFlightMax, inFlightBytesMax, POLL_RECORDS_MAX);
  }

  @Override
  protected int pollRecords() {
    return POLL_RECORDS_MAX;
  }

  @Override
  protected List<String> topics() {
    return buses.topics();
  }

  @Override
  protected SortedMap<String, String> headersOf(Delivery delivery) {
    Map<String, Object> properties = KafkaBuses.client();
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    TopicPartition place = new TopicPartition(delivery.topic(), delivery.partition());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(place));
      consumer.seek(place, delivery.offset());
      long end = System.nanoTime() + BusProbe.AWAIT.toNanos();
      while (System.nanoTime() < end) {
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofSeconds(1))) {
          SortedMap<String, String> headers = new TreeMap<>();
          found.headers().forEach(h -> headers.put(h.key(), new String(h.value(), UTF_8)));
          return headers;
        }
      }
    }
    throw new AssertionError("no record at " + place + ", offset " + delivery.offset());
  }
}
