package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of polled records, failed polls and commits, over Kafka's own consumer in memory.
 */
class PollingConsumerTest {
  private static final TopicPartition NEEDS = new TopicPartition("need", 0);
  private static final TopicPartition CLAIMS = new TopicPartition("claim", 0);
  private static final Set<TopicPartition> BOTH = Set.of(NEEDS, CLAIMS);
  private static final String UNREADABLE = "Received exception when fetching the next record from ";

  private final MemoryClient client = new MemoryClient(BOTH);

  @AfterEach
  void close() {
    client.polling.close(Duration.ZERO);
  }

  private static StampedValue value() {
    return StampedValue.of(new byte[] {1}, null);
  }

  private Assignment assignment(TopicPartition place) {
    return Objects.requireNonNull(client.assignments.of(place));
  }

  @Test
  void eachRecordCarriesTheAssignmentOfItsPartitionATombstoneToo() {
    client.add(NEEDS, 0, value());
    client.add(NEEDS, 1, null);
    client.add(CLAIMS, 0, value());

    assertThat(client.polled())
        .hasSize(3)
        .allSatisfy(
            one ->
                assertThat(one.value().assignment())
                    .isSameAs(
                        client.assignments.of(new TopicPartition(one.topic(), one.partition()))));
    assertThat(client.counters.polled()).isEqualTo(3);
    assertThat(assignment(NEEDS).lag()).as("undelivered, and one assumed").isEqualTo(3);
  }

  @Test
  void recordsWithoutRoomAreLeftAndPolledAgain() {
    client.add(NEEDS, 0, value());
    client.add(NEEDS, 1, StampedValue.NO_ROOM);
    client.add(NEEDS, 2, StampedValue.NO_ROOM);
    client.add(CLAIMS, 0, StampedValue.NO_ROOM);

    ConsumerRecords<byte[], StampedValue> records = client.polling.poll(Duration.ZERO);

    assertThat(records).singleElement().satisfies(one -> assertThat(one.offset()).isZero());
    assertThat(records.nextOffsets()).isEqualTo(offsets(1, 0));
    assertThat(client.position(NEEDS)).isEqualTo(1);
    assertThat(client.position(CLAIMS)).isZero();
    assertThat(client.counters.polled()).isEqualTo(1);

    client.add(NEEDS, 1, value());
    assertThat(client.polled())
        .singleElement()
        .satisfies(one -> assertThat(one.offset()).isEqualTo(1));
  }

  @Test
  void offsetsThatComeAgainWithinAnAssignmentAreRecordsOfANewOne() {
    client.add(NEEDS, 5, value());
    Assignment before = client.polled().get(0).value().assignment();
    client.seek(NEEDS, 3);
    client.add(NEEDS, 3, value());

    Assignment after = Objects.requireNonNull(client.polled().get(0).value().assignment());

    assertThat(after).isNotSameAs(before).isSameAs(client.assignments.of(NEEDS));
    assertThat(after.number()).isGreaterThan(Objects.requireNonNull(before).number());
  }

  @Test
  void anUnreadableRecordIsReplacedAndTheNextOneIsRead() {
    client.seek(NEEDS, 7);
    client.setPollException(
        new KafkaException(UNREADABLE + NEEDS, new IllegalStateException("crc")));

    assertThat(client.polled())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.offset()).isEqualTo(7);
              assertThat(one.value().value()).isNull();
              assertThat(one.value().unreadable()).contains("cannot be read", "crc");
              assertThat(one.value().assignment()).isSameAs(client.assignments.of(NEEDS));
            });
    assertThat(client.position(NEEDS)).isEqualTo(8);
  }

  @Test
  void anyOtherFailureOfAPollStaysOne() {
    KafkaException failure = new KafkaException("away");
    client.setPollException(failure);
    assertThatThrownBy(client::polled).isSameAs(failure);

    client.setPollException(new KafkaException(UNREADABLE + "other-0"));
    assertThatThrownBy(client::polled).hasMessageEndingWith("other-0");
  }

  @Test
  void anUnreadableRecordAtAnUnknownPositionIsNotPassed() {
    KafkaException failure = new KafkaException(UNREADABLE + NEEDS);
    client.setPollException(failure);
    client.positionsKnown = false;

    assertThatThrownBy(client::polled).isSameAs(failure);
  }

  @Test
  void withoutALibraryTheConsumerEndsSoThatTheNextOneReadsOneRecordAtATime() {
    client.failNextPoll(new NoClassDefFoundError("zstd"));

    assertThatThrownBy(client::polled)
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("does not load")
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);
    assertThat(client.oneAtATime).isTrue();
  }

  @Test
  void oneAtATimeTheLibraryThatIsMissingIsNamedInTheRecordThatItIsMissingFor() {
    client.oneAtATime.set(true);
    client.failNextPoll(new NoClassDefFoundError("zstd"));
    assertThat(client.polled()).isEmpty();

    client.setPollException(new KafkaException(UNREADABLE + CLAIMS));

    assertThat(client.polled())
        .singleElement()
        .satisfies(one -> assertThat(one.value().unreadable()).contains("zstd", "java.io.tmpdir"));
  }

  @Test
  void anErrorOfTheVirtualMachineIsNotSwallowed() {
    OutOfMemoryError failure = new OutOfMemoryError("heap");
    client.failNextPoll(failure);
    assertThatThrownBy(client::polled).isSameAs(failure);
    assertThat(client.oneAtATime).isFalse();
  }

  @Test
  void whatIsPassedWithoutARecordIsCommittedOnceTheBrokerWasHeard() {
    client.seek(NEEDS, 4);
    client.polled();
    assertThat(client.commits).as("not heard yet").isEmpty();

    client.pollUntilHeardOf();

    assertThat(client.commits).containsExactly(Map.of(NEEDS, new OffsetAndMetadata(4)));
  }

  @Test
  void aCommitIsNeverBelowWhatWasPassed() {
    client.seek(NEEDS, 4);
    client.pollUntilHeardOf();
    client.commits.clear();

    client.polling.commitAsync(offsets(2, 2), null);
    client.polling.commitSync(offsets(6, 0));

    assertThat(client.commits).containsExactly(offsets(4, 2), offsets(6, 0));
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(long needs, long claims) {
    return Map.of(NEEDS, new OffsetAndMetadata(needs), CLAIMS, new OffsetAndMetadata(claims));
  }
}
