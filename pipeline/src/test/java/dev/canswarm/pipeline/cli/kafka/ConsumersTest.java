package dev.canswarm.pipeline.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.RecordPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands' readers of topics, over Kafka's own consumer in memory. */
@Timeout(60) // a guard against a hang
class ConsumersTest {
  private static final String TOPIC = "swarm.need";
  private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
  private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
  private static final int SECONDS_MAX = 30;

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final List<String> read = new ArrayList<>();

  ConsumersTest() {
    Node node = new Node(0, "localhost", 1);
    Node[] nodes = {node};
    consumer.updatePartitions(
        TOPIC,
        List.of(
            new PartitionInfo(TOPIC, 0, node, nodes, nodes),
            new PartitionInfo(TOPIC, 1, node, nodes, nodes)));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, 0L, SECOND, 0L));
  }

  private void add(TopicPartition place, long... offsets) {
    for (long offset : offsets) {
      consumer.addRecord(
          new ConsumerRecord<>(place.topic(), place.partition(), offset, new byte[0], new byte[0]));
    }
  }

  private static String place(ConsumerRecord<byte[], byte[]> message) {
    return message.partition() + "/" + message.offset();
  }

  @Test
  void aReaderStopsAtTheEndsThatItFoundThoughMoreHasComeSince() {
    consumer.updateEndOffsets(Map.of(FIRST, 2L, SECOND, 1L));
    try (TopicReader reader =
        TopicReader.open(consumer, Set.of(TOPIC), List.of(TOPIC, "swarm.missing"))) {
      assertThat(reader.topics()).isEqualTo(1);
      consumer.schedulePollTask(() -> add(FIRST, 0, 1, 2));
      consumer.schedulePollTask(() -> add(SECOND, 0));
      reader.read(message -> read.add(place(message)));
    }
    assertThat(read).containsExactly("0/0", "0/1", "1/0");
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void anEmptyTopicIsReadWithoutAPoll() {
    consumer.schedulePollTask(
        () -> {
          throw new AssertionError("expected no poll");
        });
    try (TopicReader reader = TopicReader.open(consumer, Set.of(TOPIC), List.of(TOPIC))) {
      reader.read(message -> read.add(place(message)));
    }
    assertThat(read).isEmpty();
  }

  @Test
  void aReaderThatCannotBeOpenedClosesItsConsumer() {
    consumer.setOffsetsException(new KafkaException("no broker"));
    assertThatThrownBy(() -> TopicReader.open(consumer, Set.of(TOPIC), List.of(TOPIC)))
        .hasMessage("no broker");
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void aLookUpFindsARecordThatIsThere() {
    consumer.updateEndOffsets(Map.of(FIRST, 3L, SECOND, 0L));
    consumer.schedulePollTask(() -> add(FIRST, 1));
    RecordLookup lookup = new RecordLookup(consumer, Set.of(TOPIC));
    assertThat(lookup.at(at(0, 1)).map(ConsumersTest::place)).contains("0/1");
    lookup.close();
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void aLookUpAsksForNothingOutsideOfTheTopicsPartitionsAndOffsets() {
    consumer.updateBeginningOffsets(Map.of(FIRST, 2L, SECOND, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, 3L, SECOND, 0L));
    consumer.schedulePollTask(
        () -> {
          throw new AssertionError("expected no poll");
        });
    try (RecordLookup lookup = new RecordLookup(consumer, Set.of(TOPIC))) {
      assertThat(lookup.at(at(0, 1))).as("deleted by retention").isEmpty();
      assertThat(lookup.at(at(0, 3))).as("not written yet").isEmpty();
      assertThat(lookup.at(at(2, 0))).as("no such partition").isEmpty();
      assertThat(lookup.at(new RecordPosition("", "swarm.missing", 0, 0))).isEmpty();
    }
  }

  @Test
  void anOffsetThatATransactionLeftEmptyHasNoRecord() {
    consumer.updateEndOffsets(Map.of(FIRST, 9L, SECOND, 0L));
    consumer.schedulePollTask(() -> add(FIRST, 5));
    try (RecordLookup lookup = new RecordLookup(consumer, Set.of(TOPIC))) {
      assertThat(lookup.at(at(0, 4))).isEmpty();
    }
  }

  private static RecordPosition at(int partition, long offset) {
    return new RecordPosition("", TOPIC, partition, offset);
  }

  private TopicTail tail(boolean fromBeginning, CountDownLatch taken) {
    return TopicTail.start(
        consumer,
        List.of(TOPIC),
        fromBeginning,
        "test-tail",
        message -> {
          read.add(place(message));
          taken.countDown();
        });
  }

  @Test
  void aTailPassesOnWhatComesAfterItHasStarted() throws Exception {
    consumer.updateEndOffsets(Map.of(FIRST, 5L, SECOND, 0L));
    CountDownLatch taken = new CountDownLatch(2);
    try (TopicTail tail = tail(false, taken)) {
      consumer.schedulePollTask(() -> add(FIRST, 4, 5));
      consumer.schedulePollTask(() -> add(SECOND, 0));
      assertThat(taken.await(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
      assertThat(tail.failure()).isEmpty();
    }
    assertThat(read).containsExactlyInAnyOrder("0/5", "1/0");
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void aTailFromTheBeginningPassesOnWhatIsThere() throws Exception {
    consumer.updateEndOffsets(Map.of(FIRST, 2L, SECOND, 0L));
    CountDownLatch taken = new CountDownLatch(2);
    try (TopicTail tail = tail(true, taken)) {
      consumer.schedulePollTask(() -> add(FIRST, 0, 1));
      assertThat(taken.await(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
      assertThat(tail.failure()).isEmpty();
    }
    assertThat(read).containsExactly("0/0", "0/1");
  }

  @Test
  void aHandlerThatFailsEndsTheTailWithItsFailure() throws Exception {
    consumer.schedulePollTask(() -> add(FIRST, 0));
    CountDownLatch failing = new CountDownLatch(1);
    TopicTail tail =
        TopicTail.start(
            consumer,
            List.of(TOPIC),
            true,
            "test-tail",
            message -> {
              failing.countDown();
              throw new IllegalStateException("cannot take it");
            });
    assertThat(failing.await(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    tail.close();
    assertThat(tail.failure().map(Throwable::getMessage)).isEqualTo(Optional.of("cannot take it"));
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void closingInterruptsAHandlerThatBlocks() throws Exception {
    consumer.schedulePollTask(() -> add(FIRST, 0));
    CountDownLatch blocking = new CountDownLatch(1);
    TopicTail tail =
        TopicTail.start(
            consumer,
            List.of(TOPIC),
            true,
            "test-tail",
            message -> {
              blocking.countDown();
              new CountDownLatch(1).await();
            });
    assertThat(blocking.await(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    tail.close();
    tail.close();
    assertThat(tail.failure()).as("an interrupt to stop is no failure").isEmpty();
    assertThat(consumer.closed()).isTrue();
  }
}
