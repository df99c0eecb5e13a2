package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.NeedView;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A plan that is late is judged when the planners are silent, or answered who came later. */
class JudgedRolesTest {
  private static final long PLAN_MILLIS = 10_000;

  private final JudgedRoles roles = new JudgedRoles();
  private final MemorySwarm swarm = swarm();
  private final Envelope plan = swarm.on("swarm.propose").get(0);

  /** One in which a NEED was planned. */
  private static MemorySwarm swarm() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    MemorySwarm swarm = new MemorySwarm(time);
    swarm.process("all").run().subscribe();
    swarm.intake("t", "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a\"}}");
    time.advanceTimeBy(Duration.ofSeconds(1));
    return swarm;
  }

  private NeedView view() {
    RowCodec rows = new RowCodec(swarm.codec);
    return NeedView.of(
        plan.need(),
        plan.threadId(),
        Stream.of("t", plan.need().text())
            .flatMap(scope -> swarm.store.load(scope).blockOptional().orElseThrow().stream())
            .map(rows::stored)
            .toList());
  }

  private void hear(long nowMillis) {
    roles.hear(plan, view(), nowMillis);
  }

  private boolean holdsBack(long sinceMillis, long nowMillis) {
    return roles.holdsBack(Timer.NO_PLAN, sinceMillis, PLAN_MILLIS, nowMillis);
  }

  @Test
  void aRoleThatWasNeverHeardOfIsJudgedInTime() {
    assertThat(holdsBack(0, PLAN_MILLIS)).isFalse();
  }

  @Test
  void aRoleThatIsAtWorkIsNotJudgedUntilItIsSilentForTheTimersLength() {
    hear(9_000);
    assertThat(holdsBack(0, PLAN_MILLIS)).isTrue();
    assertThat(holdsBack(0, 9_000 + PLAN_MILLIS - 1)).isTrue();
    assertThat(holdsBack(0, 9_000 + PLAN_MILLIS)).isFalse();
  }

  @Test
  void whatWaitsInVainForANeedThatNeverCameTellsNothing() {
    roles.hear(plan, NeedView.empty(plan.need(), plan.threadId()), 9_000);
    assertThat(holdsBack(0, PLAN_MILLIS)).isFalse();
  }

  @Test
  void whoAnsweredALaterRequestHasPassedTheEarlierOneOver() {
    hear(9_000);
    assertThat(holdsBack(-1, PLAN_MILLIS)).isFalse();
  }

  @Test
  void otherTimersAreNotHeldBackByIt() {
    hear(9_000);
    assertThat(roles.holdsBack(Timer.SILENCE, 0, PLAN_MILLIS, PLAN_MILLIS)).isFalse();
    assertThat(roles.holdsBack(Timer.DEADLINE, 0, PLAN_MILLIS, PLAN_MILLIS)).isFalse();
  }

  @Test
  void aClockThatWasSetBackHoldsNothingBack() {
    hear(90_000);
    assertThat(holdsBack(0, PLAN_MILLIS)).isFalse();
  }
}
