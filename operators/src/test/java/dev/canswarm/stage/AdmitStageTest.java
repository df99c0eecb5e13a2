package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.stage.NeedState.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is known of a NEED before its turn, and when the store is asked for it. */
class AdmitStageTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final List<Collection<String>> loads = new ArrayList<>();
  private final List<Collection<NeedId>> needsRead = new ArrayList<>();
  private int loadsThatFail;

  private final StageBench bench =
      new StageBench(List.of(RoleName.PLANNER), ports -> ports.withStore(watched(ports.store())));

  private final AdmitStage stage = new AdmitStage(bench.context);

  @AfterEach
  void stop() {
    bench.close();
  }

  private SlotStore watched(SlotStore store) {
    return new ForwardingSlotStore(store) {
      @Override
      public Mono<List<SlotRow>> load(Collection<String> scopes) {
        loads.add(List.copyOf(scopes));
        return loadsThatFail-- > 0
            ? Mono.error(new RetryableException("load", new IOException("away")))
            : super.load(scopes);
      }

      @Override
      public Mono<List<SlotRow>> needs(Collection<NeedId> needIds) {
        needsRead.add(List.copyOf(needIds));
        return super.needs(needIds);
      }
    };
  }

  private NeedState admitted(Envelope... envelopes) {
    return StageBench.only(bench.pass(stage, bench.turnOf(envelopes))).state;
  }

  private void arm(Envelope need, long dueMillis) {
    bench.swarm.store.store(TurnWrite.ofTimers(List.of(bench.timer(need, dueMillis)))).block();
  }

  private NeedState woken(long dueMillis) {
    return StageBench.only(
            bench.pass(stage, bench.turn(new Input.Due(bench.timer(PLAYED.need, dueMillis)))))
        .state;
  }

  @Test
  void aNewNeedIsReadOnceAndNotAgainInTheNextTurn() {
    NeedState state = admitted(PLAYED.need);
    assertThat(state.reading()).isEqualTo(Reading.CURRENT);
    assertThat(loads).hasSize(1);
    admitted(PLAYED.need);
    assertThat(loads).hasSize(1);
  }

  @Test
  void allNeedsOfATurnAreReadInOneCall() {
    Envelope another = PlayedNeed.anotherNeed(PlayedNeed.THREAD, "2");
    bench.pass(stage, bench.turnOf(PLAYED.need, another));
    assertThat(loads).hasSize(1);
    assertThat(loads.get(0))
        .containsExactlyInAnyOrder(PLAYED.need.id().text(), another.id().text());
  }

  @Test
  void whatIsStoredIsKnownAndSeenByEveryRole() {
    bench.store(PLAYED.need, PLAYED.propose, PLAYED.decide);
    arm(PLAYED.need, 9_000);
    NeedState state = admitted(PLAYED.claim);
    assertThat(state.viewFor(RoleName.WORKER).messages())
        .extracting(Message::envelope)
        .containsExactlyInAnyOrder(PLAYED.need, PLAYED.propose, PLAYED.decide);
    assertThat(state.armedMillis()).isEqualTo(9_000);
  }

  /** It cannot be derived under the trust file in force; who sent it has stored it. */
  @Test
  void aDecisionUnderAnotherTrustFileIsLookedForInTheStore() {
    Envelope other = PLAYED.otherTrustDecide();
    bench.store(PLAYED.need, PLAYED.propose);
    arm(PLAYED.need, 9_000);
    admitted(PLAYED.need);
    admitted(PLAYED.decide);
    assertThat(loads).hasSize(1);
    bench.store(other);
    NeedState state = admitted(other);
    assertThat(loads).hasSize(2);
    assertThat(state.full().decision()).extracting(Message::envelope).isEqualTo(other);
  }

  @Test
  void theNeedsOwnEnvelopeIsFoundByItsIdAndNotReadAgain() {
    bench.store(PLAYED.need, PLAYED.propose);
    NeedState state = admitted(PLAYED.decide);
    assertThat(state.full().need()).extracting(Message::envelope).isEqualTo(PLAYED.need);
    assertThat(needsRead).containsExactly(List.of(new NeedId(PLAYED.need.id())));
    arm(PLAYED.need, 9_000);
    woken(9_000);
    assertThat(loads).hasSize(2).allMatch(List.of(PLAYED.need.id().text())::equals);
    assertThat(needsRead).last().asInstanceOf(InstanceOfAssertFactories.LIST).isEmpty();
  }

  /** What is said of it later is judged by what is stored, however long ago it ended. */
  @Test
  void aNeedThatIsOverIsReadWholeAndIsClosed() {
    bench.store(PLAYED.all().toArray(Envelope[]::new));
    NeedState state = admitted(PLAYED.votes.get(0));
    assertThat(state.full().finalized()).isNotNull();
    assertThat(state.full().need()).extracting(Message::envelope).isEqualTo(PLAYED.need);
    assertThat(state.isClosed()).isTrue();
    assertThat(loads).hasSize(1);
  }

  @Test
  void aParentThatIsNeitherKnownNorComingIsLookedFor() {
    NeedState state = admitted(PLAYED.need);
    bench.store(PLAYED.need, PLAYED.propose);
    admitted(PLAYED.decide);
    assertThat(loads)
        .as("the thread is searched too, for a NEED that is not known")
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(state.full().byId(PLAYED.propose.id())).isNotNull();
  }

  @Test
  void aParentThatComesInTheSameTurnIsNotLookedFor() {
    admitted(PLAYED.need);
    loads.clear();
    admitted(PLAYED.need, PLAYED.propose);
    assertThat(loads).isEmpty();
  }

  @Test
  void underAnotherAssignmentItIsReadAgain() {
    admitted(PLAYED.need);
    bench.store(PLAYED.need, PLAYED.propose);
    bench.assignment = 2;
    assertThat(admitted(PLAYED.need).full().byId(PLAYED.propose.id())).isNotNull();
  }

  /** The policy file may have been replaced since it was stored. */
  @Test
  void theUnknownPolicyOfAnUndecidedNeedIsLoadedOnceInATurn() {
    Set<String> known = new TreeSet<>();
    List<String> loaded = new ArrayList<>();
    ControlHeads heads =
        new ForwardingHeads(bench.context.heads()) {
          @Override
          public boolean knowsPolicy(String hash) {
            return known.contains(hash);
          }

          @Override
          public Mono<Void> loadPolicy(String hash) {
            return Mono.fromRunnable(
                () -> {
                  loaded.add(hash);
                  known.add(hash);
                });
          }
        };
    StageContext context = bench.context;
    AdmitStage behind =
        new AdmitStage(
            new StageContext(
                heads, context.played(), context.ports(), context.written(), context.runtime()));
    Envelope another = PlayedNeed.anotherNeed(PlayedNeed.THREAD, "2");
    bench.store(PLAYED.need, another);
    arm(PLAYED.need, 9_000);
    arm(another, 9_000);
    Turn turn =
        bench.turn(
            new Input.Due(bench.timer(PLAYED.need, 9_000)),
            new Input.Due(bench.timer(another, 9_000)));
    bench.pass(behind, turn);
    assertThat(loaded).containsExactly(PLAYED.need.policyHash());

    known.clear();
    bench.store(PLAYED.propose, PLAYED.decide);
    bench.pass(behind, bench.turn(new Input.Due(bench.timer(PLAYED.need, 9_000))));
    assertThat(loaded).as("that of a DECIDE is loaded with its trust file").hasSize(1);
  }

  @Test
  void anOutageIsOutlastedAndTheTurnComesOutOnce() {
    loadsThatFail = 3;
    Turn turn = bench.turnOf(PLAYED.need);
    StepVerifier.create(stage.apply(Flux.just(turn)))
        .expectSubscription()
        .then(() -> bench.time.advanceTimeBy(Duration.ofMillis(100 + 200 + 400)))
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    assertThat(loads).hasSize(4);
    assertThat(bench.swarm.failures).hasSize(3);
    assertThat(bench.swarm.failuresAbout)
        .hasSize(3)
        .containsOnly(new FailureLog.About(PLAYED.need.need(), PlayedNeed.THREAD));
    assertThat(bench.acknowledged).isEmpty();
  }

  @Test
  void aWakeReadsWhatIsKnownAlreadyAndTriesAgainWhatWasGivenUp() {
    NeedState state = admitted(PLAYED.need);
    Effect ask = new Effect.AskGate(bench.swarm.only("decider"), PLAYED.propose.id(), 2, 0);
    state.giveUp(ask);
    state.hide(PlayedNeed.message(PLAYED.propose, 0), 0);
    loads.clear();
    woken(7_000);
    assertThat(loads).isNotEmpty();
    assertThat(state.mayBegin(ask)).isTrue();
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).as("all is shown").hasSize(1);
    assertThat(state.armedMillis()).isEqualTo(7_000);
  }

  @Test
  void aWakeResendsMessagesWithoutSuccessors() {
    bench.store(PLAYED.need, PLAYED.propose, PLAYED.decide);
    arm(PLAYED.need, 1);
    NeedState state = woken(1);
    assertThat(state.unsent()).contains(PLAYED.decide);
  }

  @Test
  void atFirstSightOnlyWhatAgentsOfThisProcessSaidIsSentAgain() {
    bench.store(PLAYED.need, PLAYED.propose, PLAYED.decide);
    NeedState state = admitted(PLAYED.claim);
    assertThat(state.unsent()).as("this process plays the planner").containsExactly(PLAYED.propose);
  }

  @Test
  void whatIsReadAgainInPassingIsNotSentAgain() {
    bench.store(PLAYED.need, PLAYED.propose);
    NeedState state = admitted(PLAYED.need);
    state.markOnTopic(PLAYED.propose.id());
    assertThat(state.unsent()).isEmpty();
    admitted(PLAYED.claim);
    assertThat(state.unsent()).isEmpty();
  }

  @Test
  void theEnvelopeOfAnotherThreadThatNamesThisNeedIsNotPartOfIt() {
    bench.store(PLAYED.need, PLAYED.propose);
    NeedTurn stranger =
        new NeedTurn(
            bench.partition,
            bench.partition.states().get(PLAYED.need.need(), new ThreadId("another-thread")));
    Turn turn = bench.turn();
    turn.add(
        PLAYED.need.need(),
        new ThreadId("another-thread"),
        new Input.Resume(
            new OpenNeed(
                PLAYED.need.need(),
                new ThreadId("another-thread"),
                null,
                bench.partition.number(),
                0,
                0)));
    bench.pass(stage, turn);
    assertThat(stranger.state.full().stored()).isEmpty();
    assertThat(stranger.state.isUnread()).isFalse();
  }

  @Test
  void whatThisProcessHidesStaysHiddenWhenItIsRead() {
    NeedState state = admitted(PLAYED.need);
    state.show(PlayedNeed.message(PLAYED.need, 0));
    state.hide(PlayedNeed.message(PLAYED.propose, 0), 0);
    bench.store(PLAYED.need, PLAYED.propose, PLAYED.decide);
    admitted(PLAYED.claim);
    assertThat(state.filled(Slot.DECIDE)).isTrue();
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
  }
}
