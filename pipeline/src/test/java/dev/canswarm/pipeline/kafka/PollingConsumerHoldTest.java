package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which partitions a consumer polls, and what it says of the others. */
class PollingConsumerHoldTest {
  private static final TopicPartition NEEDS = new TopicPartition("need", 0);
  private static final TopicPartition CLAIMS = new TopicPartition("claim", 0);
  private static final Set<TopicPartition> BOTH = Set.of(NEEDS, CLAIMS);

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
  void thePlacesOfHeldTopicsAreNotPolledUntilTheyAreHeldNoLonger() {
    client.held.set(Set.of("claim"));
    client.add(CLAIMS, 0, value());
    client.add(NEEDS, 0, value());
    assertThat(client.polled())
        .singleElement()
        .satisfies(one -> assertThat(one.topic()).isEqualTo("need"));
    assertThat(client.polling.paused()).as("as the caller sees it").isEmpty();

    client.held.set(Set.of());
    assertThat(client.polled())
        .singleElement()
        .satisfies(one -> assertThat(one.topic()).isEqualTo("claim"));
  }

  @Test
  void whatTheCallerPausedStaysPausedWhenItsTopicIsHeldNoLonger() {
    client.polling.pause(BOTH);
    client.held.set(Set.of("claim"));
    client.polled();
    assertThat(client.counters.paused()).isEqualTo(2);

    client.polling.resume(BOTH);
    assertThat(client.paused()).as("resumed but held").containsExactly(CLAIMS);
    client.polling.pause(BOTH);
    client.held.set(Set.of());
    client.polling.applyHold();

    assertThat(client.paused()).isEqualTo(BOTH);
    assertThat(client.polling.paused()).isEqualTo(BOTH);
  }

  @Test
  void aPauseEndsWithTheAssignmentOfItsPartition() {
    client.polling.pause(BOTH);
    client.polling.revoked(Set.of(CLAIMS));

    client.polled();

    assertThat(client.paused()).containsExactly(NEEDS);
  }

  @Test
  void theLagIsWhatTheBrokerHasAndAtLeastOneOfAPausedPartition() {
    client.pollUntilHeardOf();
    assertThat(assignment(NEEDS).lag()).isZero();

    client.updateEndOffsets(Map.of(NEEDS, 3L, CLAIMS, 0L));
    client.polling.pause(BOTH);
    client.polled();

    assertThat(assignment(NEEDS).lag()).isEqualTo(3);
    assertThat(assignment(CLAIMS).lag()).isEqualTo(1);
  }

  @Test
  void aPollIsWokenByAChangeOfWhatIsHeldButNotTheNextOne() {
    client.polling.heldChanged();
    assertThat(client.polled()).isEmpty();

    client.schedulePollTask(client.polling::heldChanged);
    assertThatThrownBy(client::polled).isInstanceOf(WakeupException.class);
  }

  @Test
  void closingLeavesTheGroupAndEndsWhatWasAssigned() throws Exception {
    client.polling.pause(BOTH);
    client.polled();
    assertThat(client.polling.awaitClosed(Duration.ZERO)).isFalse();

    client.polling.close(Duration.ofSeconds(1));

    assertThat(client.closing)
        .isNotNull()
        .extracting(CloseOptions::groupMembershipOperation)
        .isEqualTo(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    assertThat(client.assignments.partitions()).isEmpty();
    assertThat(client.counters.paused()).isZero();
    assertThat(client.polling.awaitClosed(Duration.ZERO)).isTrue();
  }
}
