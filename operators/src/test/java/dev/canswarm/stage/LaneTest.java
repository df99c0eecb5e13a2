package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.OpenNeed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** One turn after the other, and nothing that waits without a bound. */
class LaneTest {
  private final MemorySwarm.Process process =
      new MemorySwarm(VirtualTimeScheduler.create()).process("p");
  private final NeedGate gate = new NeedGate(process.context, 2);
  private final LaneBounds bounds = new LaneBounds(MemorySwarm.PARTITIONS, 2, 9, 1 << 20);
  private final Lane lane = new Lane(0, process.context);
  private final PartitionState first = carried(0);
  private final PartitionState second = carried(2);

  private PartitionState carried(int number) {
    return new PartitionState(
        number, lane, new Backlog(number, process.bus), process.context, gate, bounds);
  }

  private static Input due(String need) {
    return due(0, need);
  }

  private static Input due(int partition, String need) {
    return new Input.Due(
        new OpenNeed(new NeedId(need), new ThreadId("thread"), null, partition, 0, 0));
  }

  @Test
  void theNextTurnIsMadeOnceTheOneBeforeIsDoneWith() {
    List<Turn> turns = new ArrayList<>();
    lane.turns().subscribe(turns::add);
    first.offer(due("a"));
    first.offer(due("b"));
    first.offer(due("c"));
    assertThat(turns).extracting(turn -> turn.inputs).containsExactly(1);
    lane.done(turns.get(0));
    assertThat(turns).extracting(turn -> turn.inputs).containsExactly(1, 2);
  }

  @Test
  void whatComesForSeveralPartitionsMeanwhileIsOneTurn() {
    List<Turn> turns = new ArrayList<>();
    lane.turns().subscribe(turns::add);
    first.offer(due(0, "a"));
    first.offer(due(0, "b"));
    second.offer(due(2, "c"));
    lane.done(turns.get(0));
    assertThat(turns.get(1).needs())
        .extracting(need -> need.partition)
        .containsExactly(first, second);
  }

  @Test
  void twoPartitionsDoNotCloseOneTimerInTheSameTurn() {
    List<Turn> turns = new ArrayList<>();
    lane.turns().subscribe(turns::add);
    NeedState own = first.states().get(new NeedId("a"), new ThreadId("own"));
    NeedState forged = second.states().get(new NeedId("a"), new ThreadId("forged"));
    first.offer(due(0, "b"));
    first.close(own, false);
    second.close(forged, true);
    lane.done(turns.get(0));
    lane.done(turns.get(1));
    assertThat(turns.subList(1, 3))
        .flatExtracting(turn -> turn.closings.values())
        .extracting(Turn.Closing::state)
        .containsExactlyInAnyOrder(own, forged);
  }

  @Test
  void aTurnThatNobodyTakesYetIsTheOnlyOne() {
    for (int i = 0; i < 1_000; i++) {
      first.offer(due("need-" + i));
    }
    StepVerifier.create(lane.turns(), 2)
        .expectNextCount(1)
        .then(() -> assertThat(lane.waiting()).isEqualTo(999))
        .thenCancel()
        .verify();
  }

  @Test
  void ticksAndTimersOfALaneThatIsBusyWaitOnce() {
    lane.turns().subscribe();
    first.offer(due("first"));
    for (int i = 0; i < 1_000; i++) {
      first.offer(new Input.Tick(0));
      first.offer(due("same"));
    }
    assertThat(lane.waiting()).isEqualTo(2);
  }

  @Test
  void aPartitionBeyondTheNumberThereIsEndsTheProcess() {
    StepVerifier.create(
            new Lanes(process.context, gate, bounds)
                .of(Flux.just(new Input.Tick(MemorySwarm.PARTITIONS))))
        .expectErrorMessage("expected partitions below 4, got a record of 4")
        .verify();
  }
}
