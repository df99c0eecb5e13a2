package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.ForwardingDecisionGate;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The gate is asked for all NEEDs of a turn at once, and its answers are part of the turn. */
class GateInTurnTest {
  /** As long as a turn waits for the gate, and some. */
  private static final Duration GATE_WAIT = Duration.ofMillis(150);

  /** As long as anybody waits for the gate, and some. */
  private static final Duration GATE_SILENCE = Duration.ofMillis(2_200);

  private static final Duration MOMENT = Duration.ofMillis(1);

  private static final String NEED =
      """
      {"task_type":"text.wordcount","input":{"text":"a"}}
      """;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final List<List<String>> writes = new ArrayList<>();
  private final CountingGate gate = new CountingGate(swarm.gate);
  private final List<Throwable> stopped = new ArrayList<>();

  @AfterEach
  void endTime() {
    time.dispose();
    assertThat(stopped).isEmpty();
  }

  /** Counts what it is asked to do; never answers a question while it is silent. */
  private static final class CountingGate extends ForwardingDecisionGate {
    private boolean isSilent;
    private int questions;
    private int settlements;

    CountingGate(DecisionGate gate) {
      super(gate);
    }

    @Override
    public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
      questions += candidates.size();
      return isSilent ? Mono.never() : gate.propose(candidates);
    }

    @Override
    public Mono<Void> settle(List<DecisionRecord> fromSlots) {
      settlements += fromSlots.size();
      return gate.settle(fromSlots);
    }
  }

  private SlotStore watched(SlotStore store) {
    return new ForwardingSlotStore(store) {
      @Override
      public Mono<List<StoreOutcome>> store(TurnWrite write) {
        List<String> kinds = write.candidates().stream().map(one -> one.row().kind()).toList();
        if (!kinds.isEmpty()) {
          writes.add(kinds);
        }
        return super.store(write);
      }
    };
  }

  /** A process that decides, and others for all the rest. */
  private void start() {
    List<RoleName> rest =
        MemorySwarm.ALL_ROLES.stream().filter(role -> role != RoleName.DECIDER).toList();
    swarm.process("rest", rest).run().subscribe(done -> {}, stopped::add);
    swarm
        .new Process(
            "decider",
            List.of(RoleName.DECIDER),
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports -> ports.withStore(watched(ports.store())).withGate(gate))
        .run()
        .subscribe(done -> {}, stopped::add);
  }

  @Test
  void aDecisionIsStoredInOneWriteWithTheProposalThatItFollowsFrom() {
    start();
    swarm.intake("t", NEED);
    time.advanceTimeBy(MOMENT);
    assertThat(writes).anySatisfy(kinds -> assertThat(kinds).contains("PROPOSE", "DECIDE"));
    assertThat(gate.questions).isEqualTo(1);
  }

  @Test
  void aGateThatHoldsWhatWasDecidedIsNotSetToItAgain() {
    start();
    swarm.intake("t", NEED);
    time.advanceTimeBy(MOMENT);
    assertThat(swarm.on(Verb.DECIDE.topic())).hasSize(1);
    assertThat(gate.settlements).isZero();
  }

  @Test
  void aGateThatIsSilentHoldsATurnUpForAMomentOnly() {
    gate.isSilent = true;
    start();
    swarm.intake("t", NEED);
    time.advanceTimeBy(MOMENT);
    assertThat(writes).as("while the turn waits").isEmpty();
    time.advanceTimeBy(GATE_WAIT);
    assertThat(writes).as("afterwards").contains(List.of("PROPOSE"));
    assertThat(swarm.on(Verb.DECIDE.topic())).isEmpty();
    time.advanceTimeBy(GATE_SILENCE);
    assertThat(swarm.on(Verb.DECIDE.topic())).as("without the gate").hasSize(1);
  }

  @Test
  void afterAGateWasSilentTheNextTurnsDoNotWaitForIt() {
    gate.isSilent = true;
    start();
    swarm.intake("t", NEED);
    time.advanceTimeBy(GATE_WAIT);
    writes.clear();
    swarm.intake("t", NEED);
    time.advanceTimeBy(MOMENT);
    assertThat(writes).anySatisfy(kinds -> assertThat(kinds).contains("PROPOSE"));
  }

  @Test
  void aGateThatAnswersAgainIsWaitedForAgain() {
    gate.isSilent = true;
    start();
    swarm.intake("t", NEED);
    time.advanceTimeBy(GATE_SILENCE);
    gate.isSilent = false;
    writes.clear();
    swarm.intake("t", NEED);
    time.advanceTimeBy(MOMENT);
    assertThat(writes).anySatisfy(kinds -> assertThat(kinds).contains("PROPOSE", "DECIDE"));
  }
}
