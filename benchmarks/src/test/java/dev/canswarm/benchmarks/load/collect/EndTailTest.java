package dev.canswarm.benchmarks.load.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a guard against a hang
class EndTailTest {
  private static final TopicPartition ENDS = new TopicPartition(EndTail.FINALIZE, 0);
  private static final TopicPartition LETTERS = new TopicPartition(EndTail.DEAD_LETTERS, 0);
  private static final PhaseRecords RECORDS =
      new PhaseRecords("run", 10, 2, PhaseRecords.Texts.of(24), 0, 0);
  private static final int WAIT_MILLIS_MAX = 30_000;

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final EndLedger ledger = new EndLedger();

  EndTailTest() {
    for (TopicPartition place : List.of(ENDS, LETTERS)) {
      var node = new Node(0, "localhost", 1);
      Node[] nodes = {node};
      consumer.updatePartitions(
          place.topic(), List.of(new PartitionInfo(place.topic(), 0, node, nodes, nodes)));
    }
    consumer.updateBeginningOffsets(Map.of(ENDS, 0L, LETTERS, 0L));
    consumer.updateEndOffsets(Map.of(ENDS, 7L, LETTERS, 3L));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] end(char digit) {
    return bytes("{\"need_id\":\"" + String.valueOf(digit).repeat(64) + "\"}");
  }

  private static ConsumerRecord<byte[], byte[]> message(
      TopicPartition place,
      long offset,
      @Nullable String key,
      byte[] value,
      Optional<String> source) {
    var headers = new RecordHeaders();
    source.ifPresent(topic -> headers.add("swarm-topic", bytes(topic)));
    return new ConsumerRecord<>(
        place.topic(),
        0,
        offset,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        key == null ? null : bytes(key),
        value,
        headers,
        Optional.empty());
  }

  private static ConsumerRecord<byte[], byte[]> finalized(
      long offset, @Nullable String key, byte[] value) {
    return message(ENDS, offset, key, value, Optional.empty());
  }

  private void add(List<ConsumerRecord<byte[], byte[]>> messages) {
    consumer.schedulePollTask(() -> messages.forEach(consumer::addRecord));
  }

  @Test
  void itBeginsAtThePresentEndsAndNotesWhatIsOfThePhase() throws Exception {
    try (EndTail tail = EndTail.start(consumer, RECORDS, ledger)) {
      assertThat(tail.from()).containsOnly(Map.entry(ENDS, 7L), Map.entry(LETTERS, 3L));
      add(
          List.of(
              finalized(7, "run-0", end('a')),
              finalized(8, "other-0", end('b')),
              finalized(9, null, end('c')),
              finalized(10, "run-1", bytes("no envelope")),
              finalized(11, "run-0", end('a')),
              finalized(12, "run-1", end('d'))));
      assertThat(ledger.await(2, WAIT_MILLIS_MAX)).isEqualTo(2);
      assertThat(ledger.byNeed()).containsOnlyKeys("a".repeat(64), "d".repeat(64));
      assertThat(ledger.repeatedCount()).isEqualTo(1);
      assertThat(tail.failure()).isNull();
    }
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void onlyDeadLettersOfTheIntakeEndARecord() throws Exception {
    try (EndTail tail = EndTail.start(consumer, RECORDS, ledger)) {
      add(
          List.of(
              message(LETTERS, 3, "run-0", bytes("x"), Optional.of("swarm.attest")),
              message(LETTERS, 4, "run-0", bytes("x"), Optional.empty()),
              message(LETTERS, 5, "else-0", bytes("x"), Optional.of("swarm.intake")),
              message(LETTERS, 6, "run-1", bytes("x"), Optional.of("swarm.intake"))));
      assertThat(ledger.await(1, WAIT_MILLIS_MAX)).isEqualTo(1);
      assertThat(ledger.refusedCount()).isEqualTo(1);
      assertThat(tail.failure()).isNull();
    }
    assertThat(ledger.count()).isEqualTo(1);
  }

  @Test
  void aFailureOfTheConsumerIsKeptAndEndsIt() throws Exception {
    var polled = new CountDownLatch(1);
    try (EndTail tail = EndTail.start(consumer, RECORDS, ledger)) {
      consumer.schedulePollTask(
          () -> {
            consumer.setPollException(new KafkaException("broken"));
            polled.countDown();
          });
      assertThat(polled.await(30, TimeUnit.SECONDS)).isTrue();
      tail.close();
      assertThat(tail.failure()).hasMessage("broken");
    }
    assertThat(consumer.closed()).isTrue();
  }
}
