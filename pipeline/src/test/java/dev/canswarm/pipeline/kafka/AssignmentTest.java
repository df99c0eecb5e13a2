package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.kafka.receiver.ReceiverOffset;

class AssignmentTest {
  private static final TopicPartition PLACE = new TopicPartition("topic", 0);

  private final List<Long> committed = new ArrayList<>();
  private final Assignment assignment = new Assignment(1);

  @Test
  void acknowledgesOnlyTheOffsetAtTheWatermark() {
    deliver(1, 2, 5, 6);

    assertThat(assignment.done(2)).isZero();
    assertThat(assignment.done(5)).isZero();
    assertThat(committed).isEmpty();
    assertThat(assignment.done(1)).isEqualTo(3);
    assertThat(assignment.done(6)).isEqualTo(1);
    assertThat(committed).containsExactly(5L, 6L);
  }

  @Test
  void afterRevocationACompletedRecordFreesItsPermitAndCommitsNothing() {
    deliver(1, 2, 3);
    assignment.done(2);

    assertThat(assignment.end()).as("of 2").isEqualTo(1);
    assertThat(assignment.end()).as("again").isZero();
    assertThat(assignment.done(1)).isEqualTo(1);
    assertThat(assignment.done(3)).isEqualTo(1);
    assertThat(committed).isEmpty();
  }

  @Test
  void afterItsEndWhatWasBufferedIsDropped() {
    assignment.end();

    assertThat(assignment.deliver(offset(9))).isFalse();
  }

  @Test
  void aBatchThatBeginsBeforeTheEndOfTheLastOneIsNotOfThisAssignment() {
    assertThat(assignment.onPolled(5, 9, 5)).isTrue();
    assertThat(assignment.onPolled(12, 12, 1)).isTrue();
    assertThat(assignment.onPolled(12, 13, 2)).isFalse();
    assertThat(assignment.onPolled(13, 13, 1)).isTrue();
  }

  @Test
  void whatWasPolledAndNotDeliveredIsPartOfTheLag() {
    assertThat(assignment.lag()).as("one is supposed").isEqualTo(1);
    assignment.onPolled(5, 9, 3);
    assignment.leftAtBroker(2);
    assertThat(assignment.lag()).isEqualTo(5);
    deliver(5, 7, 9);
    assignment.leftAtBroker(0);
    assertThat(assignment.lag()).isZero();
  }

  @Test
  void aPositionBeyondWhatWasPolledIsPassedOnceAndOnlyWhenAllIsDone() {
    assertThat(assignment.passes(0)).as("nothing was written").isFalse();
    assignment.onPolled(5, 6, 2);
    assertThat(assignment.passes(9)).as("not delivered").isFalse();
    deliver(5, 6);
    assignment.done(5);
    assertThat(assignment.passes(9)).as("not done").isFalse();
    assignment.done(6);
    assertThat(assignment.passes(7)).as("acknowledged anyway").isFalse();
    assertThat(assignment.passed()).isEqualTo(-1);
    assertThat(assignment.passes(9)).isTrue();
    assertThat(assignment.passes(9)).as("again").isFalse();
    assertThat(assignment.passed()).isEqualTo(9);
    assignment.end();
    assertThat(assignment.passes(12)).as("after its end").isFalse();
  }

  @Test
  void aRenewedAssignmentEndsTheOneBefore() {
    AtomicInteger freed = new AtomicInteger();
    Assignments assignments = new Assignments(freed::addAndGet, new AtomicLong()::incrementAndGet);
    assignments.assigned(List.of(PLACE, new TopicPartition("other", 0)));
    Assignment first = assignments.renew(PLACE);
    first.deliver(offset(1));
    first.deliver(offset(2));
    first.done(2);

    Assignment second = assignments.renew(PLACE);

    assertThat(second.number()).isGreaterThan(first.number());
    assertThat(assignments.number(0)).isEqualTo(second.number());
    assertThat(freed).hasValue(1);
    assertThat(first.deliver(offset(3))).isFalse();
    assertThat(second.deliver(offset(1))).isTrue();
    assertThat(assignments.partitions()).containsExactly(0);
    assignments.endAll();
    assertThat(assignments.partitions()).isEmpty();
    assertThat(assignments.number(0)).isZero();
    assertThat(second.deliver(offset(2))).isFalse();
  }

  private void deliver(long... offsets) {
    for (long offset : offsets) {
      assertThat(assignment.deliver(offset(offset))).isTrue();
    }
  }

  private ReceiverOffset offset(long offset) {
    return new ReceiverOffset() {
      @Override
      public TopicPartition topicPartition() {
        return PLACE;
      }

      @Override
      public long offset() {
        return offset;
      }

      @Override
      public void acknowledge() {
        committed.add(offset);
      }

      @Override
      public Mono<Void> commit() {
        return Mono.error(new UnsupportedOperationException());
      }
    };
  }
}
