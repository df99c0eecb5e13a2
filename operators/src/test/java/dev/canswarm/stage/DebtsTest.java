package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.Delivery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class DebtsTest {
  private static final long MILLIS_MAX = 1_000;

  private final Debts debts = new Debts();
  private final List<Long> acknowledged = new ArrayList<>();
  private final PartitionState partition = partition();

  private static PartitionState partition() {
    MemorySwarm.Process process = new MemorySwarm(VirtualTimeScheduler.create()).process("p");
    return new PartitionState(
        0,
        new Lane(0, process.context),
        new Backlog(0, process.bus),
        process.context,
        new NeedGate(process.context, 2),
        new LaneBounds(1, 1, 1, 1));
  }

  private List<Delivery> records(long... offsets) {
    List<Delivery> records = new ArrayList<>();
    for (long offset : offsets) {
      records.add(
          Delivery.of(
              new RecordPosition("m", "t", 0, offset), null, null, () -> acknowledged.add(offset)));
    }
    return records;
  }

  @Test
  void whatIsOwedIsAcknowledgedOnceTheEffectsHaveEnded() {
    debts.owe("a", records(1), null, 0);
    debts.owe("b", records(2), null, 0);
    debts.owe("a", records(3), null, 10);
    assertThat(acknowledged).isEmpty();

    debts.pay("a", partition);
    assertThat(acknowledged).containsExactly(1L, 3L);
    assertThat(debts.isEmpty()).isFalse();
    debts.pay("b", partition);
    assertThat(debts.isEmpty()).isTrue();
  }

  @Test
  void whatIsOwedForTooLongIsLeftToTheNeedsTimer() {
    debts.owe("a", records(1), null, 0);
    debts.owe("b", records(2), null, 500);
    debts.payOverdue(MILLIS_MAX - 1, MILLIS_MAX, partition);
    assertThat(acknowledged).isEmpty();
    debts.payOverdue(MILLIS_MAX, MILLIS_MAX, partition);
    assertThat(acknowledged).containsExactly(1L);
  }

  @Test
  void nothingOwedIsNothingToPay() {
    debts.owe("a", List.of(), null, 0);
    assertThat(debts.isEmpty()).isTrue();
    debts.pay("a", partition);
    assertThat(acknowledged).isEmpty();
  }
}
