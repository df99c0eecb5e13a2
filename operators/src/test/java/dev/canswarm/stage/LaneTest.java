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
  private final Lanes lanes =
      new Lanes(process.context, new NeedGate(process.context, 2), MemorySwarm.PARTITIONS, 9, 1);
  private final Lane lane =
      new Lane(
          new Backlog(0, process.bus),
          0,
          process.context,
          new NeedGate(process.context, 2),
          9,
          1 << 20);

  private static Input due(String need) {
    return new Input.Due(new OpenNeed(new NeedId(need), new ThreadId("thread"), null, 0, 0, 0));
  }

  @Test
  void theNextTurnIsMadeOnceTheOneBeforeIsDoneWith() {
    List<Turn> turns = new ArrayList<>();
    lane.turns().subscribe(turns::add);
    lane.offer(due("a"));
    lane.offer(due("b"));
    lane.offer(due("c"));
    assertThat(turns).extracting(turn -> turn.inputs).containsExactly(1);
    lane.done(turns.get(0));
    assertThat(turns).extracting(turn -> turn.inputs).containsExactly(1, 2);
  }

  @Test
  void aTurnThatNobodyTakesYetIsTheOnlyOne() {
    for (int i = 0; i < 1_000; i++) {
      lane.offer(due("need-" + i));
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
    lane.offer(due("first"));
    for (int i = 0; i < 1_000; i++) {
      lane.offer(new Input.Tick(0));
      lane.offer(due("same"));
    }
    assertThat(lane.waiting()).isEqualTo(2);
  }

  @Test
  void aPartitionBeyondTheNumberThereIsEndsTheProcess() {
    StepVerifier.create(lanes.of(Flux.just(new Input.Tick(MemorySwarm.PARTITIONS))))
        .expectErrorMessage("expected partitions below 4, got a record of 4")
        .verify();
  }
}
