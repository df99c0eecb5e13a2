package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.EpochStore;
import dev.canswarm.port.ForwardingDecisionGate;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.EffectResult.GateHeld;
import dev.canswarm.protocol.EffectResult.GateOpen;
import dev.canswarm.stage.GateClient.GateQuestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Questions of this process's deciders to the gate, and what is made of its answers. */
class GateClientTest {
  private static final long GATE_MILLIS = 2_000;
  private static final long NOW_NANOS = 7_000_000_123L;
  private static final Agent DECIDER =
      new Agent("decider", RoleName.DECIDER, TestKeys.key("decider").publicKey());

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemoryDecisionGate memory = new MemoryDecisionGate();
  private final Watched gate = new Watched(memory);
  private final MemorySlotStore epochs = new MemorySlotStore(() -> 0);
  private final GateClient client = client(epochs);

  @AfterEach
  void endTime() {
    time.dispose();
  }

  private GateClient client(EpochStore from) {
    return new GateClient(gate, from, () -> GATE_MILLIS, () -> NOW_NANOS, time);
  }

  /** Notes each pass, and may answer in its own way. */
  private static final class Watched extends ForwardingDecisionGate {
    private final List<List<DecisionRecord>> passes = new ArrayList<>();
    private @Nullable Mono<List<GateAnswer>> instead;

    Watched(DecisionGate gate) {
      super(gate);
    }

    @Override
    public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
      passes.add(candidates);
      return instead == null ? gate.propose(candidates) : instead;
    }
  }

  private static Effect.AskGate ask(String proposal) {
    return new Effect.AskGate(DECIDER, new EnvelopeId(proposal), 3, 1);
  }

  private static GateQuestion question(String need, String proposal) {
    return new GateQuestion(new NeedId(need), ask(proposal));
  }

  private static DecisionRecord record(String need, String proposal, long epoch) {
    return new DecisionRecord(
        new NeedId(need), new EnvelopeId(proposal), epoch, 3, 1, DECIDER.key().base64(), NOW_NANOS);
  }

  private List<EffectResult> answers(GateClient to, GateQuestion... questions) {
    List<EffectResult> answers = new ArrayList<>();
    StepVerifier.create(to.ask(Arrays.asList(questions)))
        .consumeNextWith(answers::addAll)
        .verifyComplete();
    return answers;
  }

  @Test
  void aQuestionSaysWhoAsksWhenAndUnderWhichEpoch() {
    assertThat(answers(client, question("n1", "p1")))
        .containsExactly(new GateOpen(ask("p1"), new EnvelopeId("p1"), 1));
    assertThat(gate.passes).containsExactly(List.of(record("n1", "p1", 1)));
  }

  @Test
  void anEpochIsTakenOnceAndKept() {
    answers(client, question("n1", "p1"));
    answers(client, question("n2", "p2"));
    assertThat(gate.passes).flatExtracting(pass -> pass).allMatch(asked -> asked.epoch() == 1);
    StepVerifier.create(epochs.nextEpoch()).expectNext(2L).verifyComplete();
  }

  @Test
  void answersComeInTheOrderOfTheQuestionsInOnePass() {
    memory.settle(List.of(record("n2", "other", 1))).block();
    assertThat(answers(client, question("n1", "p1"), question("n2", "p2"), question("n3", "p3")))
        .containsExactly(
            new GateOpen(ask("p1"), new EnvelopeId("p1"), 1),
            new GateHeld(ask("p2"), new EnvelopeId("other"), 1),
            new GateOpen(ask("p3"), new EnvelopeId("p3"), 1));
    assertThat(gate.passes).hasSize(1);
  }

  @Test
  void theEpochOfAnAnswerIsThatOfTheRecordThatTheGateHolds() {
    answers(client, question("n1", "p1"));
    assertThat(answers(client(epochs), question("n1", "p1")))
        .containsExactly(new GateOpen(ask("p1"), new EnvelopeId("p1"), 1));
  }

  @Test
  void aStaleEpochIsReplacedAndOnlyTheFencedQuestionsAreAskedAgain() {
    answers(client, question("n0", "p0"));
    // Another decider, with a larger epoch, has asked for n2 since.
    answers(client(epochs), question("n2", "other"));
    gate.passes.clear();
    assertThat(answers(client, question("n1", "p1"), question("n2", "p2"), question("n3", "p3")))
        .containsExactly(
            new GateOpen(ask("p1"), new EnvelopeId("p1"), 1),
            new GateHeld(ask("p2"), new EnvelopeId("other"), 2),
            new GateOpen(ask("p3"), new EnvelopeId("p3"), 1));
    assertThat(gate.passes).hasSize(2).last().isEqualTo(List.of(record("n2", "p2", 3)));
    answers(client, question("n4", "p4"));
    assertThat(gate.passes).last().isEqualTo(List.of(record("n4", "p4", 3)));
  }

  @Test
  void aGateThatFailsAdmitsEveryQuestionUnderItsOwnEpoch() {
    gate.instead = Mono.error(new IllegalStateException("away"));
    assertThat(answers(client, question("n1", "p1"), question("n2", "p2")))
        .containsExactly(
            new GateOpen(ask("p1"), new EnvelopeId("p1"), 1),
            new GateOpen(ask("p2"), new EnvelopeId("p2"), 1));
    assertThat(memory.stored(new NeedId("n1"))).isNull();
  }

  @Test
  void aGateThatIsSilentIsWaitedForAsLongAsThePolicySays() {
    gate.instead = Mono.never();
    List<EffectResult> answers = new ArrayList<>();
    client.ask(List.of(question("n1", "p1"))).subscribe(answers::addAll);
    time.advanceTimeBy(Duration.ofMillis(GATE_MILLIS - 1));
    assertThat(answers).isEmpty();
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(answers).containsExactly(new GateOpen(ask("p1"), new EnvelopeId("p1"), 1));
  }

  @Test
  void withoutAnEpochNothingIsAskedSinceTwoDecidersWouldLookAlike() {
    EpochStore away =
        () -> Mono.error(new RetryableException("take an epoch", new IllegalStateException("x")));
    StepVerifier.create(client(away).ask(List.of(question("n1", "p1"))))
        .expectError(RetryableException.class)
        .verify(Duration.ofSeconds(10));
    assertThat(gate.passes).isEmpty();
  }

  @Test
  void aRefusedDeciderWaitsAndThenGoesOnUnderItsEpoch() {
    answers(client, question("n1", "p1"));
    Effect.AskGate asked = ask("p1");
    List<EffectResult> answers = new ArrayList<>();
    client.awaitTimeout(new Effect.AwaitGate(DECIDER, asked, 500)).subscribe(answers::add);
    time.advanceTimeBy(Duration.ofMillis(499));
    assertThat(answers).isEmpty();
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(answers).containsExactly(new EffectResult.GateTimedOut(asked, 1));
  }
}
