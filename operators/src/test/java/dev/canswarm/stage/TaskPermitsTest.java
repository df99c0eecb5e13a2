package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.stage.TaskPermits.Permit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** A bound on running tasks that suspends instead of blocking, and is fair. */
class TaskPermitsTest {
  private static final long LONG_MILLIS = 60_000;

  private final Map<String, Permit> had = new LinkedHashMap<>();

  private Disposable acquire(TaskPermits permits, String type, ThreadId thread, String name) {
    return permits.acquire(type, thread).subscribe(permit -> had.put(name, permit));
  }

  private Disposable acquire(TaskPermits permits, String name) {
    return acquire(permits, "type", new ThreadId("thread"), name);
  }

  private void want(TaskPermits permits, String type, ThreadId thread, String name) {
    permits.want(name, 0, type, thread, permit -> had.put(name, permit));
  }

  private void release(String name) {
    Objects.requireNonNull(had.get(name)).release();
  }

  @Test
  void thereAreAsManyAsWereSaid() {
    TaskPermits permits = new TaskPermits(2);
    List.of("a", "b", "c")
        .forEach(name -> acquire(permits, "type-" + name, new ThreadId("thread"), name));
    assertThat(had).containsOnlyKeys("a", "b");
  }

  @Test
  void ofOneThreadWhoWaitedLongestIsNext() {
    TaskPermits permits = new TaskPermits(1);
    List.of("a", "b", "c").forEach(name -> acquire(permits, name));
    release("a");
    assertThat(had).containsOnlyKeys("a", "b");
    release("b");
    assertThat(had).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void aPermitThatIsGivenBackTwiceIsOne() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "a");
    release("a");
    release("a");
    acquire(permits, "b");
    acquire(permits, "c");
    assertThat(had).containsOnlyKeys("a", "b");
  }

  @Test
  void whoIsCancelledWhileWaitingTakesNone() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "a");
    Disposable waiting = acquire(permits, "b");
    acquire(permits, "c");
    waiting.dispose();
    release("a");
    assertThat(had).containsOnlyKeys("a", "c");
  }

  @Test
  void aTypeThatFloodsLetsAnotherInAfterOne() {
    TaskPermits permits = new TaskPermits(1);
    for (int i = 0; i < 100; i++) {
      acquire(permits, "slow", new ThreadId("t-" + i), "slow-" + i);
    }
    acquire(permits, "quick", new ThreadId("t"), "quick");
    release("slow-0");
    release("slow-1");
    assertThat(had).containsKey("quick");
  }

  @Test
  void aThreadThatFloodsLetsAnotherInAfterOne() {
    TaskPermits permits = new TaskPermits(1);
    for (int i = 0; i < 100; i++) {
      want(permits, "type", new ThreadId("flood"), "flood-" + i);
    }
    want(permits, "type", new ThreadId("other"), "other");
    release("flood-0");
    release("flood-1");
    assertThat(had).containsKey("other").doesNotContainKey("flood-2");
  }

  @Test
  void aTypeOfLongRunsLeavesHalfOfThePlacesToOthers() {
    TaskPermits permits = new TaskPermits(4);
    for (int i = 0; i < 10; i++) {
      acquire(permits, "long", new ThreadId("t-" + i), "long-" + i);
    }
    assertThat(had).containsOnlyKeys("long-0", "long-1");
    acquire(permits, "quick", new ThreadId("t"), "quick-0");
    acquire(permits, "quick", new ThreadId("t"), "quick-1");
    assertThat(had).containsOnlyKeys("long-0", "long-1", "quick-0", "quick-1");
  }

  @Test
  void aTypeOfShortRunsMayHoldAllPlaces() {
    TaskPermits permits = new TaskPermits(4);
    acquire(permits, "first");
    Objects.requireNonNull(had.get("first")).ran(10);
    release("first");
    for (int i = 0; i < 10; i++) {
      acquire(permits, "short-" + i);
    }
    assertThat(had).hasSize(1 + 4);
  }

  @Test
  void aTypeThatTurnsOutLongGetsNoMoreThanHalfFromThenOn() {
    TaskPermits permits = new TaskPermits(4);
    acquire(permits, "first");
    Objects.requireNonNull(had.get("first")).ran(10);
    release("first");
    for (int i = 0; i < 8; i++) {
      acquire(permits, "run-" + i);
    }
    Objects.requireNonNull(had.get("run-0")).ran(LONG_MILLIS);
    List.of("run-0", "run-1", "run-2").forEach(this::release);
    assertThat(had).containsKey("run-4").doesNotContainKey("run-5");
  }

  @Test
  void grantsOfATypeThatHasItsHalfDoNotKeepOthersFromBeingClaimed() {
    TaskPermits permits = new TaskPermits(4);
    for (int i = 0; i < 10; i++) {
      want(permits, "long", new ThreadId("t-" + i), "long-" + i);
    }
    assertThat(had).containsOnlyKeys("long-0", "long-1");
    assertThat(permits.tryClaim("quick")).isNotNull();
    want(permits, "quick", new ThreadId("t"), "quick");
    assertThat(had).containsOnlyKeys("long-0", "long-1", "quick");
  }

  @Test
  void verificationsThatWaitForTheirHalfKeepNoOtherTypeFromBeingClaimed() {
    TaskPermits permits = new TaskPermits(4);
    for (int i = 0; i < 50; i++) {
      acquire(permits, "long", new ThreadId("t-" + i), "verify-" + i);
    }
    want(permits, "quick", new ThreadId("t"), "quick");
    assertThat(had).containsOnlyKeys("verify-0", "verify-1", "quick");
  }

  @Test
  void aGrantIsClaimedOnlyWhenItsTaskCanRun() {
    TaskPermits permits = new TaskPermits(4);
    for (int i = 0; i < 100; i++) {
      want(permits, "type", new ThreadId("t"), "grant-" + i);
    }
    for (int done = 0; done < 98; done++) {
      assertThat(had).hasSize(done + 2);
      Permit permit = Objects.requireNonNull(had.get("grant-" + done));
      permits.start(permit, new ThreadId("t")).subscribe();
      permit.ran(LONG_MILLIS);
      permit.release();
    }
  }

  @Test
  void tasksThatTakeLessThanATurnAreClaimedAhead() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "first");
    Objects.requireNonNull(had.get("first")).ran(10);
    release("first");
    for (int i = 0; i < 1_000; i++) {
      want(permits, "type", new ThreadId("t"), "grant-" + i);
    }
    assertThat(had.size() - 1).isBetween(2, (int) TaskPermits.AHEAD_MILLIS_MAX / 10 + 1);
  }

  @Test
  void aPlaceIsFreeAgainOnceItsCodeHasEndedAndOnlyOnce() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "stores");
    Objects.requireNonNull(had.get("stores")).vacate();
    Objects.requireNonNull(had.get("stores")).vacate();
    acquire(permits, "a");
    acquire(permits, "b");
    assertThat(had).containsOnlyKeys("stores", "a");
    release("stores");
    assertThat(had).containsOnlyKeys("stores", "a");
    release("a");
    assertThat(had).containsOnlyKeys("stores", "a", "b");
  }

  @Test
  void whatIsStillBeingStoredIsNotClaimedPast() {
    TaskPermits permits = new TaskPermits(1);
    want(permits, "type", new ThreadId("t"), "stores");
    Permit permit = Objects.requireNonNull(had.get("stores"));
    permits.start(permit, new ThreadId("t")).subscribe();
    permit.vacate();
    want(permits, "type", new ThreadId("t"), "next");
    assertThat(had).containsOnlyKeys("stores");
    release("stores");
    assertThat(had).containsOnlyKeys("stores", "next");
  }

  @Test
  void aRunThatIsTriedAgainWaitsForAPermitLikeAnyOther() {
    TaskPermits permits = new TaskPermits(1);
    want(permits, "type", new ThreadId("t"), "grant");
    Permit permit = Objects.requireNonNull(had.get("grant"));
    permits.start(permit, new ThreadId("t")).subscribe();
    permit.release();
    acquire(permits, "other");
    permits.start(permit, new ThreadId("t")).subscribe(again -> had.put("again", again));
    assertThat(had).containsOnlyKeys("grant", "other");
    release("other");
    release("again");
    List.of("x", "y").forEach(name -> acquire(permits, name));
    assertThat(had).containsKey("x").doesNotContainKey("y");
  }

  @Test
  void nobodyClaimsPastWhoWaits() {
    TaskPermits permits = new TaskPermits(4);
    acquire(permits, "runs");
    assertThat(permits.tryClaim("type")).isNotNull();
    assertThat(permits.tryClaim("type")).as("no room").isNull();
    want(permits, "type", new ThreadId("t"), "grant");
    release("runs");
    assertThat(had).containsKey("grant");
  }

  @Test
  void whatIsReadyGoesBeforeWhatIsNotClaimed() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "runs");
    want(permits, "type", new ThreadId("t"), "grant");
    acquire(permits, "verification");
    release("runs");
    assertThat(had).containsOnlyKeys("runs", "verification");
  }

  @Test
  void aGrantThatWaitsIsNotQueuedTwice() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "runs");
    List<Permit> leaves = new ArrayList<>();
    permits.want("grant", 0, "type", new ThreadId("t"), leaves::add);
    permits.want("grant", 0, "type", new ThreadId("t"), leaves::add);
    release("runs");
    assertThat(leaves).hasSize(1);
    assertThat(permits.hasWaiting()).isFalse();
  }

  @Test
  void grantsBeyondTheBoundAreTurnedAwayToBeFoundAgain() {
    TaskPermits permits = new TaskPermits(1);
    acquire(permits, "runs");
    for (int i = 0; i < TaskPermits.GRANTS_MAX; i++) {
      want(permits, "type", new ThreadId("t"), "grant-" + i);
    }
    assertThat(permits.turnedAway(0)).isFalse();
    want(permits, "type", new ThreadId("t"), "one more");
    assertThat(permits.turnedAway(1)).isFalse();
    assertThat(permits.turnedAway(0)).isTrue();
    assertThat(permits.turnedAway(0)).as("told once").isFalse();
  }

  @Test
  void noPermitsAtAllIsRefused() {
    assertThatThrownBy(() -> new TaskPermits(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }
}
