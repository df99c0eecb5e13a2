package dev.canswarm.simulation.checker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a guard against a hang
class TopicLogsTest {
  private static final String CLUSTER = "cluster";
  private static final String INTAKE = "swarm.intake";
  private static final String DEAD_LETTERS = "swarm.dlq";
  private static final List<String> TOPICS =
      List.of(
          "swarm.need",
          "swarm.propose",
          "swarm.decide",
          "swarm.lease",
          "swarm.commit",
          "swarm.attest",
          "swarm.finalize",
          INTAKE,
          DEAD_LETTERS);
  private static final int PARTITIONS = 2;

  private final StoredNeed stored = new StoredNeed();
  private final TableContents contents = new TableContents();
  private final ViolationCollector violations = new ViolationCollector();
  private final Map<String, List<ConsumerRecord<byte[], byte[]>>> messages = new TreeMap<>();
  private Set<String> acknowledged = Set.of();

  /** Topics with records, each of which can be read once it is assigned. */
  private final class Broker extends MockConsumer<byte[], byte[]> {
    Broker() {
      super("earliest");
      Node node = new Node(0, "localhost", 1);
      Node[] nodes = {node};
      for (String topic : TOPICS) {
        List<PartitionInfo> partitions = new ArrayList<>();
        for (int number = 0; number < PARTITIONS; number++) {
          partitions.add(new PartitionInfo(topic, number, node, nodes, nodes));
          TopicPartition place = new TopicPartition(topic, number);
          updateBeginningOffsets(Map.of(place, 0L));
          updateEndOffsets(Map.of(place, 0L));
        }
        updatePartitions(topic, partitions);
      }
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> places) {
      super.assign(places);
      for (TopicPartition place : places) {
        for (ConsumerRecord<byte[], byte[]> one : messages.getOrDefault(place.topic(), List.of())) {
          if (one.partition() == place.partition()) {
            addRecord(one);
            updateEndOffsets(Map.of(place, one.offset() + 1));
          }
        }
      }
    }
  }

  private TopicLogs read() {
    contents.add(stored.need.id().text(), "ACCEPTED", stored.known());
    TopicLogs logs =
        new TopicLogs(
            new CheckedSwarm("localhost:1", "jdbc:none", StoredNeed.SWARM, acknowledged),
            violations,
            contents);
    try (Broker broker = new Broker()) {
      logs.read(CLUSTER, broker);
    }
    return logs;
  }

  private List<String> wrong() {
    return violations.first().stream().map(Objects::toString).toList();
  }

  private void put(
      String topic,
      int partition,
      @Nullable String key,
      byte @Nullable [] value,
      String... headers) {
    List<ConsumerRecord<byte[], byte[]>> there =
        messages.computeIfAbsent(topic, name -> new ArrayList<>());
    RecordHeaders all = new RecordHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1].getBytes(UTF_8));
    }
    long offset = there.stream().filter(one -> one.partition() == partition).count();
    there.add(
        new ConsumerRecord<>(
            topic,
            partition,
            offset,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            key == null ? null : key.getBytes(UTF_8),
            value,
            all,
            Optional.empty()));
  }

  /** The partition of the only thread; a producer computes the same one. */
  private static int partition() {
    byte[] key = StoredNeed.THREAD.text().getBytes(UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
  }

  private void putAllStored() {
    stored
        .rows
        .values()
        .forEach(
            row ->
                put(
                    row.message().topic(),
                    partition(),
                    StoredNeed.THREAD.text(),
                    row.message().bytes()));
  }

  private void letter(String topic, int offset, String reason) {
    put(
        DEAD_LETTERS,
        0,
        null,
        new byte[0],
        "swarm-topic",
        topic,
        "swarm-partition",
        "0",
        "swarm-offset",
        Integer.toString(offset),
        "swarm-reason",
        reason);
  }

  @Test
  void whatIsStoredAndSentInItsPlaceIsRight() {
    putAllStored();
    TopicLogs logs = read();
    assertThat(wrong()).isEmpty();
    assertThat(logs.messages()).isEqualTo(stored.rows.size());
    assertThat(logs.lost()).isZero();
  }

  @Test
  void aFinalizeThatIsStoredButNotSentIsFound() {
    TopicLogs logs = read();
    assertThat(logs.messages()).isZero();
    assertThat(wrong())
        .singleElement()
        .asString()
        .startsWith("P5")
        .contains(stored.need.id().text(), "is stored but not on swarm.finalize");
  }

  @Test
  void bytesThatAreNotStoredAreFoundAndATombstoneToo() {
    putAllStored();
    put("swarm.commit", 0, StoredNeed.THREAD.text(), "other bytes".getBytes(UTF_8));
    put("swarm.commit", 0, StoredNeed.THREAD.text(), null);
    read();
    assertThat(wrong()).hasSize(2).allMatch(text -> text.startsWith("P1"));
    assertThat(wrong().get(0)).contains("holds bytes that are not stored: other bytes");
  }

  @Test
  void anotherTopicAnotherKeyAndAnotherPartitionAreFound() {
    putAllStored();
    put("swarm.attest", partition(), StoredNeed.THREAD.text(), stored.claim.bytes());
    put("swarm.lease", partition(), "another", stored.claim.bytes());
    put("swarm.lease", 1 - partition(), StoredNeed.THREAD.text(), stored.claim.bytes());
    read();
    assertThat(wrong()).hasSize(3).allMatch(text -> text.startsWith("P6"));
    assertThat(wrong()).anyMatch(text -> text.contains("swarm.attest/") && text.contains("CLAIM"));
    assertThat(wrong()).filteredOn(text -> text.contains("another key or partition")).hasSize(2);
  }

  @Test
  void everyIntakeRecordBecomesANeedThatEndedOrADeadLetter() {
    putAllStored();
    put(INTAKE, 0, "a", "{\"task_type\":".getBytes(UTF_8));
    put(INTAKE, 0, "b", "{\"task_type\":\"x\"}".getBytes(UTF_8));
    put(INTAKE, 1, "c", "{\"idempotency_key\":\"k\"}".getBytes(UTF_8));
    letter(INTAKE, 0, "MALFORMED_JSON");
    TopicLogs logs = read();
    assertThat(logs.refused()).isEqualTo(1);
    assertThat(logs.lost()).isEqualTo(2);
    assertThat(wrong())
        .containsExactly(
            "P5: swarm.intake/0/1 became neither a NEED nor a dead letter",
            "P5: swarm.intake/1/0 became neither a NEED nor a dead letter");
  }

  @Test
  void aRefusedTombstoneIsOneMoreRefusedRecord() {
    putAllStored();
    put(INTAKE, 0, "a", null);
    letter(INTAKE, 0, "BAD_SHAPE");
    TopicLogs logs = read();
    assertThat(logs.refused()).isEqualTo(1);
    assertThat(wrong()).isEmpty();
  }

  @Test
  void aRecordThatKafkaAcknowledgedAndDoesNotHaveIsLost() {
    putAllStored();
    acknowledged = Set.of("0/0", "0/7");
    put(INTAKE, 0, "a", "{".getBytes(UTF_8));
    letter(INTAKE, 0, "MALFORMED_JSON");
    TopicLogs logs = read();
    assertThat(logs.lost()).isEqualTo(1);
    assertThat(wrong())
        .containsExactly("P5: the record that Kafka acknowledged at 0/7 is not on swarm.intake");
  }

  @Test
  void aDeadLetterNamesItsReasonAndIsNotOfTheSwarmsOwnEnvelopes() {
    putAllStored();
    put(INTAKE, 0, "a", "{".getBytes(UTF_8));
    letter(INTAKE, 0, "");
    letter("swarm.attest", 0, "BAD_SIGNATURE");
    read();
    assertThat(wrong()).hasSize(2);
    assertThat(wrong().get(0)).startsWith("P5").contains("names no reason");
    assertThat(wrong().get(1)).startsWith("P6").contains("BAD_SIGNATURE", "swarm.attest");
  }
}
