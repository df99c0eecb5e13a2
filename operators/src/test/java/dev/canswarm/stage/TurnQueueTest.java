package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.protocol.Deadlines.Timer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnQueueTest {
  private static final int LARGE_BYTES = (int) (TurnQueue.TURN_BYTES_MAX / 2);

  private final TurnQueue queue = new TurnQueue();

  private static Input record(long offset, int bytes) {
    return new Input.Arrival(
        Delivery.of(
            new RecordPosition("memory", "swarm.intake", 0, offset),
            null,
            new byte[bytes],
            () -> {}),
        new RecordPosition("memory", "swarm.intake", 0, offset),
        new Decoded.Refused(Reason.BAD_SHAPE, "decode", ""));
  }

  private static Input due(int need) {
    return new Input.Due(
        new OpenNeed(new NeedId("need-" + need), new ThreadId("thread"), null, 0, 0, 0));
  }

  @Test
  void anEmptyQueueGivesNothing() {
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.take()).isEmpty();
  }

  @Test
  void recordsOfOneKindKeepTheirOrder() {
    List<Input> records = List.of(record(1, 1), record(2, 1), record(3, 1));
    records.forEach(queue::add);
    assertThat(queue.take()).isEqualTo(records);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void aTurnIsBoundedByItsInputs() {
    for (int i = 0; i < TurnQueue.TURN_INPUTS_MAX + 1; i++) {
      queue.add(record(i, 1));
    }
    assertThat(queue.take()).hasSize(TurnQueue.TURN_INPUTS_MAX);
    assertThat(queue.take()).hasSize(1);
  }

  @Test
  void aTurnIsBoundedByItsBytesAndARecordLargerThanTheseIsATurn() {
    queue.add(record(1, LARGE_BYTES));
    queue.add(record(2, LARGE_BYTES));
    queue.add(record(3, 3 * LARGE_BYTES));
    assertThat(queue.take()).hasSize(2);
    assertThat(queue.take()).hasSize(1);
  }

  @Test
  void noKindStarvesAnother() {
    for (int i = 0; i < TurnQueue.TURN_INPUTS_MAX; i++) {
      queue.add(due(i));
    }
    queue.add(record(1, 1));
    assertThat(queue.take())
        .hasSize(TurnQueue.TURN_INPUTS_MAX)
        .anySatisfy(input -> assertThat(input).isInstanceOf(Input.Arrival.class));
  }

  @Test
  void timersThatJudgeNobodyWaitForNoRecord() {
    assertThat(TurnQueue.answering(Timer.DEADLINE)).isEmpty();
    assertThat(TurnQueue.answering(Timer.GATE)).isEmpty();
    assertThat(TurnQueue.answering(Timer.NO_PLAN)).isNotEmpty();
  }
}
