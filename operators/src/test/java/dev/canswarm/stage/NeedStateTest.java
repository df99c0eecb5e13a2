package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.stage.NeedState.Reading;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a process knows of one NEED, and from whom it hides what it said itself. */
class NeedStateTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;
  private static final Effect.AskGate ASK =
      new Effect.AskGate(
          new MemorySwarm(VirtualTimeScheduler.create()).only("decider"),
          PLAYED.propose.id(),
          2,
          0);

  private final NeedState state = PLAYED.state(PLAYED.need);

  private static Message message(Envelope envelope) {
    return PlayedNeed.message(envelope, 0);
  }

  private static Effect.RunTask run() {
    return new Effect.RunTask(
        ASK.agent(),
        PLAYED.claim.id(),
        PLAYED.taskId(),
        1,
        1,
        Objects.requireNonNull(PLAYED.view(PLAYED.need, PLAYED.propose, PLAYED.decide).plan())
            .task(PLAYED.taskId())
            .orElseThrow()
            .spec(),
        List.of());
  }

  private long storedMillis(Slot slot) {
    return Objects.requireNonNull(state.full().slot(slot)).storedMillis();
  }

  @Test
  void whatThisProcessSaidIsSeenByItsOwnRoleOnly() {
    state.hide(message(PLAYED.propose), 5);
    assertThat(state.filled(message(PLAYED.propose).slot())).isTrue();
    assertThat(state.viewFor(RoleName.PLANNER).proposals()).hasSize(1);
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
    assertThat(state.viewFor(RoleName.COORDINATOR).need()).isNotNull();
  }

  @Test
  void aRoleIsQuietUntilItHearsSomethingOrADeadlineIsDue() {
    state.quiet().quiet(RoleName.DECIDER, 100);
    state.quiet().quiet(RoleName.WORKER, 100);
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isTrue();
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 100)).isFalse();

    state.show(message(PLAYED.propose));
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isFalse();
    state.quiet().quiet(RoleName.DECIDER, 100);
    state.show(message(PLAYED.claim));
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isTrue();
    assertThat(state.quiet().isQuiet(RoleName.WORKER, 99)).isFalse();
  }

  @Test
  void whatIsHiddenWakesOnlyTheRoleThatSaidIt() {
    state.quiet().quiet(RoleName.PLANNER, 100);
    state.quiet().quiet(RoleName.DECIDER, 100);
    state.hide(message(PLAYED.propose), 5);
    assertThat(state.quiet().isQuiet(RoleName.PLANNER, 99)).isFalse();
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isTrue();

    state.show(message(PLAYED.propose));
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isFalse();
  }

  @Test
  void noRoleIsQuietUnderOtherRoles() {
    Roles before = Roles.of(List.of());
    state.quiet().reactsBy(before);
    state.quiet().quiet(RoleName.DECIDER, 100);
    state.quiet().reactsBy(before);
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isTrue();
    state.quiet().reactsBy(Roles.of(List.of()));
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isFalse();
  }

  @Test
  void everyRoleReactsAgainAfterTheStoreWasRead() {
    state.quiet().quiet(RoleName.DECIDER, 100);
    state.add(List.of(message(PLAYED.propose)), null);
    assertThat(state.quiet().isQuiet(RoleName.DECIDER, 99)).isFalse();
  }

  @Test
  void aNeedIsSettledOnceItIsOverAndNothingOfItIsUnderWay() {
    state.read();
    state.hide(message(PLAYED.propose), 5);
    assertThat(state.isSettled()).isFalse();
    state.close();
    assertThat(state.isSettled()).isFalse();
    state.show(message(PLAYED.propose));
    assertThat(state.isSettled()).isTrue();
    state.begun(run());
    assertThat(state.isSettled()).isFalse();
  }

  @Test
  void whatComesBackFromTheBusIsSeenByAll() {
    state.hide(message(PLAYED.propose), 5);
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
    state.show(message(PLAYED.propose));
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).hasSize(1);
  }

  @Test
  void whatIsShownAlreadyIsNotHiddenAgain() {
    state.show(message(PLAYED.propose));
    state.hide(message(PLAYED.propose), 5);
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).hasSize(1);
  }

  @Test
  void aFurtherHiddenSlotChangesWhatRolesAreShown() {
    state.hide(message(PLAYED.propose), 5);
    assertThat(state.viewFor(RoleName.COORDINATOR).decision()).isNull();
    state.hide(message(PLAYED.decide), 5);
    assertThat(state.viewFor(RoleName.COORDINATOR).decision()).isNull();
    assertThat(state.viewFor(RoleName.DECIDER).decision()).isNotNull();
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
  }

  @Test
  void aSnapshotBringsBackWhatATurnChanged() {
    state.hide(message(PLAYED.propose), 5);
    state.markUnsent(PLAYED.propose);
    NeedState.Snapshot before = state.snapshot();

    state.show(message(PLAYED.propose));
    state.hide(message(PLAYED.decide), 6);
    state.markUnsent(PLAYED.decide);
    assertThat(state.viewFor(RoleName.DECIDER).decision()).isNotNull();
    state.restore(before);

    assertThat(state.full().decision()).isNull();
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
    assertThat(state.unsent()).containsExactly(PLAYED.propose);
  }

  @Test
  void whatIsUnsentGoesParentsFirstUntilItIsOnItsTopic() {
    state.markUnsent(PLAYED.decide);
    state.markUnsent(PLAYED.propose);
    assertThat(state.unsent()).containsExactly(PLAYED.propose, PLAYED.decide);
    state.markOnTopic(PLAYED.propose.id());
    assertThat(state.unsent()).containsExactly(PLAYED.decide);
  }

  @Test
  void whatIsOnItsTopicIsNotSentAgain() {
    state.markOnTopic(PLAYED.propose.id());
    state.markUnsent(PLAYED.propose);
    assertThat(state.unsent()).isEmpty();
    assertThat(state.isOnTopic(PLAYED.propose.id())).isTrue();
  }

  @Test
  void leavesAreNobodysParents() {
    NeedState whole = PLAYED.state(PLAYED.need, PLAYED.propose, PLAYED.decide);
    assertThat(whole.leaves()).extracting(Message::envelope).containsExactly(PLAYED.decide);
  }

  @Test
  void underAnotherAssignmentAllIsShownAndReadAgain() {
    state.hide(message(PLAYED.propose), 5);
    state.armed(1_000);
    state.begun(ASK);
    state.begun(run());
    assertThat(state.isUnread()).isFalse();

    state.follow(2);
    assertThat(state.reading()).isEqualTo(Reading.STALE);
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).hasSize(1);
    assertThat(state.armedMillis()).isEqualTo(NeedState.NOT_ARMED);
    assertThat(state.mayBegin(ASK)).as("an effect of the earlier assignment").isTrue();
    assertThat(state.mayBegin(run())).as("a task, for which its lease answers").isFalse();
  }

  @Test
  void underTheSameAssignmentNothingChanges() {
    state.hide(message(PLAYED.propose), 5);
    state.follow(1);
    assertThat(state.isUnread()).isFalse();
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
  }

  @Test
  void aStateThatWasNeverReadStaysSo() {
    NeedState fresh = new NeedState(PLAYED.need.need(), PlayedNeed.THREAD);
    fresh.follow(3);
    assertThat(fresh.reading()).isEqualTo(Reading.NEVER_READ);
    assertThat(fresh.isUnread()).isTrue();
  }

  @Test
  void aStubKeepsWhatTheStoreDoesNotSay() {
    state.hide(message(PLAYED.propose), 5);
    state.markOnTopic(PLAYED.propose.id());
    state.begun(ASK);
    state.evict();
    assertThat(state.full().messages()).isEmpty();
    assertThat(state.reading()).isEqualTo(Reading.EVICTED);
    assertThat(state.isOnTopic(PLAYED.propose.id())).isTrue();
    assertThat(state.hasDebts()).isTrue();

    state.add(List.of(message(PLAYED.need), message(PLAYED.propose)), null);
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).as("still hidden").isEmpty();
  }

  @Test
  void whatIsStaleStaysStaleAsAStub() {
    state.stale();
    state.evict();
    assertThat(state.reading()).isEqualTo(Reading.STALE);
  }

  @Test
  void anEffectIsNotBegunTwice() {
    assertThat(state.mayBegin(ASK)).isTrue();
    state.begun(ASK);
    assertThat(state.mayBegin(ASK)).isFalse();
    state.ended(ASK);
    assertThat(state.mayBegin(ASK)).isTrue();
  }

  @Test
  void theGateIsNotAskedWhileItsAnswerIsAwaited() {
    state.begun(new Effect.AwaitGate(ASK.agent(), ASK, 2_000));
    assertThat(state.mayBegin(ASK)).isFalse();
  }

  @Test
  void whatWasGivenUpIsTriedAgainOnlyAtTheNextWake() {
    state.giveUp(ASK);
    assertThat(state.mayBegin(ASK)).isFalse();
    state.retryGivenUp();
    assertThat(state.mayBegin(ASK)).isTrue();
  }

  @Test
  void aTaskHoldsNoRecordBackAndEveryOtherEffectDoes() {
    state.begun(run());
    assertThat(state.hasDebts()).isFalse();
    assertThat(state.hasEffects()).isTrue();
    state.begun(ASK);
    assertThat(state.hasDebts()).isTrue();
    state.ended(ASK);
    state.ended(run());
    assertThat(state.hasEffects()).isFalse();
  }

  @Test
  void whatIsSeenComeRunsByTheClockOfThisProcess() {
    state.observe(PlayedNeed.message(PLAYED.claim, 77), 5_000);
    assertThat(storedMillis(PLAYED.claimSlot())).isEqualTo(5_000);
    state.observe(PlayedNeed.message(PLAYED.claim, 77), 9_000);
    assertThat(storedMillis(PLAYED.claimSlot())).as("seen before").isEqualTo(5_000);
  }

  @Test
  void itemsOfUnknownAgeKeepTheStoresTime() {
    state.add(List.of(PlayedNeed.message(PLAYED.claim, 77)), null);
    assertThat(storedMillis(PLAYED.claimSlot())).isEqualTo(77);
    state.add(List.of(PlayedNeed.message(PLAYED.commit, 78)), 6_000L);
    assertThat(storedMillis(Slot.end(PLAYED.taskId(), 1))).isEqualTo(6_000);
  }

  @Test
  void aCorrectionReplacesWhatIsHiddenWithoutShowingIt() {
    state.hide(message(PLAYED.propose), 5);
    state.correct(PlayedNeed.message(PLAYED.propose, 900));
    assertThat(state.full().proposals().get(0).storedMillis()).isEqualTo(900);
    assertThat(state.viewFor(RoleName.DECIDER).proposals()).isEmpty();
  }

  @Test
  void aTasksTypeIsKnownFromThePlanOnly() {
    assertThat(state.taskType(PLAYED.claimSlot())).isEmpty();
    NeedState decided = PLAYED.state(PLAYED.need, PLAYED.propose, PLAYED.decide);
    assertThat(decided.taskType(PLAYED.claimSlot())).isEqualTo("text.wordcount");
    assertThat(decided.taskType(Slot.claim(new TaskId("0".repeat(64)), 1))).isEmpty();
  }

  @Test
  void refusedSlotsAndTheEndAreRemembered() {
    Slot slot = PlayedNeed.waiting(PLAYED.commit, 3).slot();
    assertThat(state.isRefused(slot)).isFalse();
    state.refuse(Set.of(slot));
    assertThat(state.isRefused(slot)).isTrue();
    assertThat(state.isClosed()).isFalse();
    state.close();
    assertThat(state.isClosed()).isTrue();
    state.open();
    assertThat(state.isClosed()).isFalse();
  }

  @Test
  void theThreadBelongsToTheKey() {
    assertThat(NeedState.keyOf(new NeedId("need"), new ThreadId("a")))
        .isNotEqualTo(NeedState.keyOf(new NeedId("need"), new ThreadId("b")));
    assertThat(state.key()).isEqualTo(NeedState.keyOf(PLAYED.need.need(), PlayedNeed.THREAD));
  }

  @Test
  void itsSizeGrowsWithWhatIsStored() {
    long before = state.bytes();
    state.show(message(PLAYED.propose));
    assertThat(state.bytes()).isGreaterThan(before + 2L * PLAYED.propose.bytes().length);
  }

  @Test
  void whatWaitedWhenATimerRanOutIsForgottenByAStub() {
    state
        .ranOut()
        .put(
            new GuardedDeadlines.RunOut(Timer.LEASE, 1), new Backlog.Mark(new int[0], new long[0]));
    state.evict();
    assertThat(state.ranOut()).isEmpty();
  }
}
