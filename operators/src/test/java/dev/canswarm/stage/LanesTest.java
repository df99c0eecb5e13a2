package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Deadlines.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Every input goes to the lane that carries its partition number. */
class LanesTest {
  private final StageBench bench = new StageBench(RoleName.GATEWAY);
  private final Lanes lanes =
      new Lanes(bench.context, bench.gate, new LaneBounds(MemorySwarm.PARTITIONS, 2, 9, 1 << 20));

  @AfterEach
  void stop() {
    bench.close();
  }

  private static Input due(int partition, String need) {
    return new Input.Due(
        new OpenNeed(new NeedId(need), new ThreadId("thread"), null, partition, 0, 0));
  }

  @Test
  void aLaneIsMadeOnceWhenItsFirstInputComes() {
    StepVerifier.create(lanes.of(Flux.just(due(2, "a"), due(1, "b"), due(0, "c"))))
        .assertNext(lane -> assertThat(lane.number()).isEqualTo(0))
        .assertNext(lane -> assertThat(lane.number()).isEqualTo(1))
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void inputsGoToTheirLanes() {
    List<Lane> made = new ArrayList<>();
    lanes.of(Flux.just(due(2, "a"), due(1, "b"), due(2, "c"))).subscribe(made::add);
    assertThat(made.get(0).waiting()).as("beside the one in the first turn").isEqualTo(1);
    assertThat(made.get(1).waiting()).isZero();
  }

  @Test
  void partitionsShareTheLanesThatThereAre() {
    List<Lane> made = new ArrayList<>();
    lanes.of(Flux.just(due(0, "a"), due(1, "b"), due(2, "c"), due(3, "d"))).subscribe(made::add);
    assertThat(made)
        .extracting(
            lane -> lane.partitions().stream().map(PartitionState::number).sorted().toList())
        .containsExactly(List.of(0, 2), List.of(1, 3));
  }

  @Test
  void cancellingEndsTheInputs() {
    TestPublisher<Input> inputs = TestPublisher.create();
    lanes.of(inputs.flux()).subscribe().dispose();
    inputs.assertCancelled();
  }

  @Test
  void anErrorOfTheInputsEndsTheLanes() {
    StepVerifier.create(lanes.of(Flux.error(new IllegalStateException("bus"))))
        .expectErrorMessage("bus")
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void whatTheBusGaveWaitsInFrontOfItsLane() {
    List<Lane> made = new ArrayList<>();
    lanes.came(List.of(bench.delivery("swarm.commit", null, null)));
    lanes.of(Flux.just(due(bench.partition.number(), "a"))).subscribe(made::add);
    Backlog backlog = made.get(0).partition(bench.partition.number()).backlog();
    assertThat(backlog.isBefore(backlog.mark(Timer.LEASE))).isTrue();
    assertThat(backlog.isBefore(backlog.mark(Timer.UNCLAIMED))).isFalse();
  }

  @Test
  void intakeRecordsCountAtTheGateAtOnce() {
    lanes.came(
        List.of(
            bench.delivery(Topics.INTAKE, null, null), bench.delivery("swarm.need", null, null)));
    assertThat(bench.holds).isEmpty();
    lanes.came(
        List.of(
            bench.delivery("swarm.need", null, null), bench.delivery(Topics.INTAKE, null, null)));
    assertThat(bench.holds).containsExactly(Set.of(Topics.INTAKE));
  }

  @Test
  void onlyAPartitionThatFindsSomethingToDoGetsATick() {
    List<Lane> made = new ArrayList<>();
    lanes.of(Flux.just(due(0, "a"), due(1, "b"))).subscribe(made::add);
    assertThat(lanes.ticks()).isEmpty();
    made.get(1)
        .partition(1)
        .debts()
        .owe("key", List.of(bench.delivery("swarm.need", null, null)), null, 0);
    assertThat(lanes.ticks()).containsExactly(new Input.Tick(1));
  }
}
