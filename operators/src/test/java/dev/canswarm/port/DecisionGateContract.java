package dev.canswarm.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * What every {@link DecisionGate} does. A subclass hands in the gate; each test uses a NEED of its
 * own, so that one gate may serve the whole suite, and others beside it.
 *
 * <p>The fence of a NEED is the highest epoch that was admitted, refused or settled for it; a gate
 * that forgot starts again.
 */
public abstract class DecisionGateContract {
  private String need = "need";

  /** The gate under test. */
  protected abstract DecisionGate gate();

  /** Makes the gate lose everything, records and fences alike. */
  protected abstract void forgetAll();

  @BeforeEach
  final void nameTheNeed(TestInfo test) {
    need = getClass().getSimpleName() + "/" + test.getDisplayName();
  }

  private DecisionRecord record(String proposal, long epoch) {
    return new DecisionRecord(
        new NeedId(need),
        new EnvelopeId(proposal),
        epoch,
        7,
        2,
        "key/" + epoch + "+=",
        1_700_000_000_123_456_789L);
  }

  private GateAnswer ask(DecisionRecord record) {
    return gate().propose(record).blockOptional().orElseThrow();
  }

  @Test
  void theFirstToAskIsAdmittedWithItsOwnRecord() {
    DecisionRecord first = record("p1", 1);
    assertThat(ask(first)).isEqualTo(new GateAnswer.Admitted(first));
  }

  @Test
  void manyAreAskedInOnePassAndAnsweredInTheirOrder() {
    List<DecisionRecord> asked =
        IntStream.range(0, 700).mapToObj(i -> of(need + "/" + i, "p" + i, 5)).toList();
    List<DecisionRecord> odd = IntStream.range(0, 350).mapToObj(i -> asked.get(2 * i + 1)).toList();
    gate().settle(odd.stream().map(one -> of(one.needId().text(), "other", 3)).toList()).block();
    List<GateAnswer> answers = gate().propose(asked).blockOptional().orElseThrow();
    assertThat(answers).hasSize(700);
    for (int i = 0; i < 700; i++) {
      DecisionRecord record = asked.get(i);
      assertThat(answers.get(i))
          .isEqualTo(
              i % 2 == 0
                  ? new GateAnswer.Admitted(record)
                  : new GateAnswer.Refused(of(record.needId().text(), "other", 3)));
    }
    assertThat(gate().propose(List.of(of(need + "/1", "other", 4))).block())
        .containsExactly(new GateAnswer.Fenced(5));
  }

  @Test
  void nothingToAskIsAnsweredWithNothing() {
    assertThat(gate().propose(List.of()).block()).isEmpty();
    StepVerifier.create(gate().settle(List.of())).verifyComplete();
  }

  private static DecisionRecord of(String needId, String proposal, long epoch) {
    return new DecisionRecord(
        new NeedId(needId),
        new EnvelopeId(proposal),
        epoch,
        7,
        2,
        "key",
        1_700_000_000_123_456_789L);
  }

  @Test
  void anotherProposalIsRefusedWithTheStoredRecord() {
    DecisionRecord first = record("p1", 1);
    ask(first);
    assertThat(ask(record("p2", 1))).isEqualTo(new GateAnswer.Refused(first));
    assertThat(ask(record("p2", 9))).isEqualTo(new GateAnswer.Refused(first));
  }

  @Test
  void theSameProposalAgainGetsTheStoredRecordAndNotItsOwn() {
    DecisionRecord first = record("p1", 1);
    ask(first);
    DecisionRecord later =
        new DecisionRecord(new NeedId(need), new EnvelopeId("p1"), 2, 99, 0, "another key", 5);
    assertThat(ask(later)).isEqualTo(new GateAnswer.Admitted(first));
    assertThat(ask(later)).isEqualTo(new GateAnswer.Admitted(first));
  }

  @Test
  void anEpochBelowTheFenceIsFencedForEveryProposal() {
    ask(record("p1", 5));
    assertThat(ask(record("p1", 4))).isEqualTo(new GateAnswer.Fenced(5));
    assertThat(ask(record("p2", 4))).isEqualTo(new GateAnswer.Fenced(5));
  }

  @Test
  void anEpochThatWasRefusedRaisesTheFence() {
    DecisionRecord first = record("p1", 1);
    ask(first);
    ask(record("p2", 8));
    assertThat(ask(first)).isEqualTo(new GateAnswer.Fenced(8));
    assertThat(ask(record("p1", 8))).isEqualTo(new GateAnswer.Admitted(first));
  }

  @Test
  void anEpochThatWasFencedDoesNotLowerTheFence() {
    ask(record("p1", 5));
    ask(record("p1", 3));
    assertThat(ask(record("p1", 4))).isEqualTo(new GateAnswer.Fenced(5));
  }

  @Test
  void fencesOfOneNeedDoNotTouchAnother() {
    ask(record("p1", 50));
    String other = need + "/other";
    DecisionRecord elsewhere =
        new DecisionRecord(new NeedId(other), new EnvelopeId("p2"), 1, 1, 0, "k", 1);
    assertThat(ask(elsewhere)).isEqualTo(new GateAnswer.Admitted(elsewhere));
  }

  @Test
  void settlingFillsAnEmptyGate() {
    DecisionRecord fromSlot = record("p1", 3);
    StepVerifier.create(gate().settle(fromSlot)).verifyComplete();
    assertThat(ask(record("p2", 4))).isEqualTo(new GateAnswer.Refused(fromSlot));
    assertThat(ask(record("p1", 4))).isEqualTo(new GateAnswer.Admitted(fromSlot));
  }

  @Test
  void settlingOverrulesWhatTheGateHeldAndNeverLowersTheFence() {
    ask(record("p1", 6));
    DecisionRecord fromSlot = record("p2", 2);
    StepVerifier.create(gate().settle(fromSlot)).verifyComplete();
    assertThat(ask(record("p2", 5))).isEqualTo(new GateAnswer.Fenced(6));
    assertThat(ask(record("p1", 6))).isEqualTo(new GateAnswer.Refused(fromSlot));
    assertThat(ask(record("p2", 6))).isEqualTo(new GateAnswer.Admitted(fromSlot));
  }

  @Test
  void settlingRaisesTheFence() {
    ask(record("p1", 1));
    StepVerifier.create(gate().settle(record("p1", 9))).verifyComplete();
    assertThat(ask(record("p1", 8))).isEqualTo(new GateAnswer.Fenced(9));
  }

  @Test
  void everyFieldComesBackAsItWasGiven() {
    DecisionRecord odd =
        new DecisionRecord(
            new NeedId(need),
            new EnvelopeId("p\"\\\n\u00e9\ud83d\ude00"),
            9_007_199_254_740_991L,
            9_007_199_254_740_991L,
            Integer.MAX_VALUE,
            "a+/b==",
            Long.MAX_VALUE);
    ask(odd);
    assertThat(ask(odd)).isEqualTo(new GateAnswer.Admitted(odd));
  }

  @Test
  void nothingHappensBeforeSubscription() {
    Mono<GateAnswer> unasked = gate().propose(record("p1", 9));
    DecisionRecord first = record("p2", 1);
    assertThat(ask(first)).isEqualTo(new GateAnswer.Admitted(first));
    assertThat(unasked.block()).isEqualTo(new GateAnswer.Refused(first));
  }

  @Test
  void aGateThatForgotStartsAgain() {
    ask(record("p1", 9));
    forgetAll();
    DecisionRecord second = record("p2", 1);
    assertThat(ask(second)).isEqualTo(new GateAnswer.Admitted(second));
  }

  @Test
  void ofManyThatRaceExactlyOneProposalIsAdmitted() {
    List<GateAnswer> answers =
        Flux.fromStream(IntStream.range(0, 64).boxed())
            .flatMap(i -> Mono.defer(() -> gate().propose(record("p" + i, 1))), 64)
            .collectList()
            .blockOptional()
            .orElseThrow();
    List<DecisionRecord> admitted =
        answers.stream()
            .filter(GateAnswer.Admitted.class::isInstance)
            .map(answer -> ((GateAnswer.Admitted) answer).stored())
            .toList();
    assertThat(admitted).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> !(answer instanceof GateAnswer.Admitted))
        .hasSize(63)
        .containsOnly(new GateAnswer.Refused(admitted.get(0)));
  }
}
