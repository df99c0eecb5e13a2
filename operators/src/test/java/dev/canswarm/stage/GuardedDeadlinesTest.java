package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.DeadlineTracker;
import dev.canswarm.protocol.Deadlines.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A timer that judges others waits for answers on their way; the deadline does not. */
class GuardedDeadlinesTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;
  private static final long AFTER = 10_000;
  private static final long SINCE = 1_000;
  private static final long RAN_OUT = SINCE + AFTER;

  private final StageBench bench = new StageBench(RoleName.COORDINATOR);
  private final NeedTurn turn =
      new NeedTurn(bench.partition, PLAYED.state(PLAYED.need, PLAYED.propose, PLAYED.decide));

  @AfterEach
  void stop() {
    bench.close();
  }

  private GuardedDeadlines at(long nowMillis) {
    return new GuardedDeadlines(new DeadlineTracker(nowMillis, 0), turn, nowMillis);
  }

  private boolean hasPassed(Timer timer, long nowMillis) {
    return at(nowMillis).hasPassed(timer, SINCE, AFTER);
  }

  @ParameterizedTest
  @EnumSource
  void aTimerThatStillRunsHasNotPassedAndSaysWhenItWill(Timer timer) {
    GuardedDeadlines deadlines = at(RAN_OUT - 1);
    assertThat(deadlines.hasPassed(timer, SINCE, AFTER)).isFalse();
    assertThat(deadlines.nextMillis()).isEqualTo(RAN_OUT);
  }

  @ParameterizedTest
  @EnumSource
  void aTimerThatNothingOnItsWayCouldAnswerPasses(Timer timer) {
    GuardedDeadlines deadlines = at(RAN_OUT);
    assertThat(deadlines.hasPassed(timer, SINCE, AFTER)).isTrue();
    assertThat(deadlines.nextMillis()).isEqualTo(DeadlineTracker.NEVER);
  }

  @ParameterizedTest
  @EnumSource(names = {"NO_PLAN", "UNCLAIMED", "LEASE", "SILENCE"})
  void whatJudgesOthersWaitsForWhatIsInFrontOfTheLane(Timer timer) {
    for (Verb verb : Verb.values()) {
      bench.partition.backlog().came(verb.topic());
    }
    GuardedDeadlines deadlines = at(RAN_OUT);
    assertThat(deadlines.hasPassed(timer, SINCE, AFTER)).isFalse();
    assertThat(deadlines.nextMillis()).isEqualTo(RAN_OUT + JudgedRoles.HELD_MILLIS);
  }

  @ParameterizedTest
  @EnumSource(names = {"DEADLINE", "GATE"})
  void theDeadlineWaitsForNothing(Timer timer) {
    for (Verb verb : Verb.values()) {
      bench.partition.backlog().came(verb.topic());
    }
    assertThat(hasPassed(timer, RAN_OUT)).isTrue();
  }

  @Test
  void whatCameAfterTheTimerRanOutDoesNotPutItOffAnyFurther() {
    bench.partition.backlog().came("swarm.lease");
    assertThat(hasPassed(Timer.LEASE, RAN_OUT)).isFalse();
    bench.partition.backlog().came("swarm.lease");
    bench.partition.backlog().taken("swarm.lease");
    assertThat(hasPassed(Timer.LEASE, RAN_OUT + 1)).isTrue();
  }

  @Test
  void theTimerOfAnotherRequestChecksTheRecordsThatWaitThen() {
    assertThat(hasPassed(Timer.LEASE, RAN_OUT)).isTrue();
    bench.partition.backlog().came("swarm.commit");
    assertThat(at(RAN_OUT + 5).hasPassed(Timer.LEASE, SINCE + 5, AFTER)).isFalse();
  }

  @Test
  void anAnswerInThisVeryTurnHoldsItsTimerBack() {
    turn.state.show(PlayedNeed.message(PLAYED.claim, 0));
    turn.inputs.add(bench.arrival(PLAYED.claim));
    assertThat(hasPassed(Timer.UNCLAIMED, RAN_OUT)).isFalse();
    assertThat(hasPassed(Timer.SILENCE, RAN_OUT)).isTrue();
  }

  @Test
  void anEnvelopeThatDoesNotCountIsNotAnAnswer() {
    turn.inputs.add(bench.arrival(PLAYED.claim));
    assertThat(hasPassed(Timer.UNCLAIMED, RAN_OUT)).isTrue();
  }

  @Test
  void aRoleThatIsAtWorkIsNotJudged() {
    bench.partition.judged().hear(PLAYED.propose, turn.state.full(), RAN_OUT - 1);
    assertThat(hasPassed(Timer.NO_PLAN, RAN_OUT)).isFalse();
    assertThat(hasPassed(Timer.NO_PLAN, RAN_OUT - 1 + AFTER)).isTrue();
  }

  @Test
  void whatComesFirstIsWhenToLookAgain() {
    bench.partition.backlog().came("swarm.lease");
    GuardedDeadlines deadlines = at(RAN_OUT);
    assertThat(deadlines.hasPassed(Timer.LEASE, SINCE, AFTER)).isFalse();
    assertThat(deadlines.hasPassed(Timer.DEADLINE, SINCE, AFTER + 300)).isFalse();
    assertThat(deadlines.nextMillis()).isEqualTo(RAN_OUT + 300);
  }
}
