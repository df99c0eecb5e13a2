package dev.canswarm.pipeline.kafka;

import static dev.canswarm.port.BusRecords.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a producer with transactions may rely on. */
class KafkaBusTransactionsIT {
  private static final int PARTITION = 1;

  /** After this, and up to 10 s later, the broker aborts a transaction that is left open. */
  private static final int ABANDONED_MILLIS = 3_000;

  private final KafkaBuses buses = new KafkaBuses();
  private final String topic = buses.topics().get(0);

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void anAbortedRecordIsNeverDeliveredAndTheLagReturnsToZero() throws Exception {
    KafkaBus bus = buses.open("transactions", 100, 10);
    BusProbe probe = BusProbe.on(bus);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.initTransactions();
      send(producer, "aborted first", false);
      send(producer, "committed", true);
      send(producer, "aborted last", false);
    }
    List<Delivery> batch = probe.nextBatch();
    assertThat(batch).extracting(delivery -> value(delivery)).containsExactly("committed");
    batch.forEach(delivery -> delivery.acknowledgement().acknowledge());
    probe.expectQuiet();
    BusProbe.await(
        "the markers and the aborted records are committed too",
        () -> buses.committed("transactions", topic, PARTITION).equals(end()));
    // Each transaction has a record and a marker.
    assertThat(end()).hasValue(6);
  }

  @Test
  void aPartitionWithNothingButAnAbortedRecordHasNoLag() throws Exception {
    KafkaBus bus = buses.open("aborted", 100, 10);
    BusProbe probe = BusProbe.on(bus);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.initTransactions();
      send(producer, "aborted", false);
    }
    BusProbe.await(
        "the marker is committed",
        () -> buses.committed("aborted", topic, PARTITION).equals(OptionalLong.of(2)));
    probe.expectQuiet();
  }

  @Test
  void recordsBehindATransactionThatIsLeftOpenWaitUntilTheBrokerEndsIt() throws Exception {
    KafkaBus bus = buses.open("open", 100, 10);
    BusProbe probe = BusProbe.on(bus);
    KafkaProducer<byte[], byte[]> leaves = producer("test-leaves", ABANDONED_MILLIS);
    leaves.initTransactions();
    leaves.beginTransaction();
    leaves.send(record("left open"));
    leaves.flush();
    // Without time to abort it: as if the producer's process had died.
    leaves.close(Duration.ZERO);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.initTransactions();
      send(producer, "behind", true);
    }
    probe.expectQuiet();
    assertThat(buses.committed("open", topic, PARTITION)).isNotEqualTo(end());

    List<Delivery> batch = probe.nextBatch();
    assertThat(batch).extracting(delivery -> value(delivery)).containsExactly("behind");
    batch.forEach(delivery -> delivery.acknowledgement().acknowledge());
    BusProbe.await(
        "the lag returns to zero", () -> buses.committed("open", topic, PARTITION).equals(end()));
    probe.expectQuiet();
  }

  @Test
  void aProducerThatAnotherFencedIsNotReadAndTheOtherIs() throws Exception {
    KafkaBus bus = buses.open("fenced", 100, 10);
    BusProbe probe = BusProbe.on(bus);
    try (KafkaProducer<byte[], byte[]> first = producer();
        KafkaProducer<byte[], byte[]> second = producer()) {
      first.initTransactions();
      first.beginTransaction();
      first.send(record("fenced"));
      first.flush();
      second.initTransactions();
      assertThatThrownBy(first::commitTransaction).isInstanceOf(KafkaException.class);
      send(second, "second", true);
    }
    List<Delivery> batch = probe.nextBatch();
    assertThat(batch).extracting(delivery -> value(delivery)).containsExactly("second");
    batch.forEach(delivery -> delivery.acknowledgement().acknowledge());
    BusProbe.await(
        "the lag returns to zero", () -> buses.committed("fenced", topic, PARTITION).equals(end()));
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return producer("test-transactions", 10_000);
  }

  private static KafkaProducer<byte[], byte[]> producer(String id, int timeoutMillis) {
    Map<String, Object> properties = KafkaBuses.client();
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeoutMillis);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void send(KafkaProducer<byte[], byte[]> producer, String text, boolean commits) {
    producer.beginTransaction();
    producer.send(record(text));
    producer.flush();
    if (commits) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  private ProducerRecord<byte[], byte[]> record(String text) {
    return new ProducerRecord<>(topic, PARTITION, null, text.getBytes(StandardCharsets.UTF_8));
  }

  private OptionalLong end() {
    TopicPartition place = new TopicPartition(topic, PARTITION);
    try {
      return OptionalLong.of(
          buses
              .admin()
              .listOffsets(Map.of(place, OffsetSpec.latest()))
              .partitionResult(place)
              .get()
              .offset());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
