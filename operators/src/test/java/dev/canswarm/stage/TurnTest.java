package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.stage.NeedState.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A turn's NEEDs, and what becomes of one whose content fails. */
class TurnTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  /** As long as what was held back waits, and some. */
  private static final Duration PAUSE = Duration.ofMillis(1_001);

  private final StageBench bench = new StageBench(RoleName.WORKER);
  private final List<Turn> later = new ArrayList<>();

  @AfterEach
  void stop() {
    bench.close();
  }

  @Test
  void whatComesForOneNeedIsTogether() {
    Turn turn =
        bench.turnOf(PLAYED.need, PlayedNeed.anotherNeed(PlayedNeed.THREAD, "2"), PLAYED.propose);
    assertThat(turn.needs())
        .extracting(need -> need.inputs.size())
        .as("in the order in which the NEEDs came")
        .containsExactly(2, 1);
    assertThat(turn.keys()).hasSize(2);
  }

  @Test
  void theStateIsTheLanes() {
    NeedState known = bench.partition.states().get(PLAYED.need.need(), PlayedNeed.THREAD);
    assertThat(StageBench.only(bench.turnOf(PLAYED.need)).state).isSameAs(known);
  }

  @Test
  void aNeedThatFailsGoesBackToBeforeTheTurnAndComesAgain() {
    bench.lane.turns().subscribe(later::add);
    Turn turn = bench.turnOf(PLAYED.need, PLAYED.propose);
    NeedTurn need = StageBench.only(turn);
    need.state.read();
    need.before = need.state.snapshot();
    need.state.show(PlayedNeed.message(PLAYED.need, 0));
    need.outputs.sends.add(PLAYED.need);

    turn.holdBack(need, new IOException("cannot be stored"));
    assertThat(turn.needs()).isEmpty();
    assertThat(turn.keys()).as("still used by it").hasSize(1);
    assertThat(need.state.full().messages()).isEmpty();
    assertThat(need.state.reading()).isEqualTo(Reading.STALE);
    assertThat(need.outputs.isNothing()).isTrue();
    assertThat(bench.swarm.failures).singleElement().isInstanceOf(IOException.class);
    assertThat(later).isEmpty();

    bench.time.advanceTimeBy(PAUSE);
    assertThat(later)
        .singleElement()
        .satisfies(
            again ->
                assertThat(StageBench.only(again).inputs)
                    .extracting(input -> NeedTurn.envelope((Input.Arrival) input))
                    .containsExactlyInAnyOrder(PLAYED.need, PLAYED.propose));
    assertThat(bench.acknowledged).isEmpty();
  }

  @Test
  void aGrantThatGotLeaveTwiceGivesTheSecondPermitBack() {
    TaskPermits two = new TaskPermits(2);
    TaskPermits.Permit first = Objects.requireNonNull(two.tryClaim("text.wordcount"));
    TaskPermits.Permit second = Objects.requireNonNull(two.tryClaim("hash.sha256"));
    Turn turn = bench.turn(leave(first), leave(second));
    assertThat(StageBench.only(turn).permits).containsValue(first);
    assertThat(two.tryClaim("hash.sha256")).as("a place that nobody uses").isNotNull();
  }

  private Input.Leave leave(TaskPermits.Permit permit) {
    return new Input.Leave(
        bench.partition.number(),
        PLAYED.need.need(),
        PlayedNeed.THREAD,
        PLAYED.claimSlot(),
        permit);
  }

  @Test
  void thePermitsOfANeedThatFailsAreFreeAndItsGrantIsLookedAtAgain() {
    bench.lane.turns().subscribe(later::add);
    TaskPermits one = new TaskPermits(1);
    TaskPermits.Permit permit = one.tryClaim("text.wordcount");
    assertThat(one.tryClaim("text.wordcount")).isNull();
    Turn turn =
        bench.turn(
            new Input.Leave(
                bench.partition.number(),
                PLAYED.need.need(),
                PlayedNeed.THREAD,
                PLAYED.claimSlot(),
                Objects.requireNonNull(permit)));
    NeedTurn need = StageBench.only(turn);
    assertThat(need.permits).containsOnlyKeys(PLAYED.claimSlot());

    turn.holdBack(need, new IOException("cannot be stored"));
    assertThat(one.tryClaim("text.wordcount")).isNotNull();
    bench.time.advanceTimeBy(PAUSE);
    assertThat(StageBench.only(later.get(0)).inputs)
        .singleElement()
        .isInstanceOf(Input.Resume.class);
  }

  @Test
  void aRecordThatFailsComesAgainAlone() {
    bench.lane.turns().subscribe(later::add);
    Turn turn = bench.turnOf(PLAYED.need);
    Turn.Stateless record = new Turn.Stateless(bench.arrival(PLAYED.commit), null, null);
    turn.stateless.add(record);
    turn.holdBack(record, new IOException("cannot be stored"));
    assertThat(record.heldBack).isTrue();
    assertThat(turn.needs()).hasSize(1);
    bench.time.advanceTimeBy(PAUSE);
    assertThat(StageBench.only(later.get(0)).arrivals()).containsExactly(record.arrival);
  }

  @Test
  void closingsAreTakenAsTheyAreWhenTheTurnBegins() {
    Map<NeedId, Turn.Closing> closings = new HashMap<>();
    closings.put(
        new NeedId("b"),
        new Turn.Closing(
            bench.partition, new NeedState(new NeedId("b"), new ThreadId("t")), false));
    closings.put(
        new NeedId("a"),
        new Turn.Closing(bench.partition, new NeedState(new NeedId("a"), new ThreadId("t")), true));
    Turn turn = new Turn(bench.lane, 0, closings);
    closings.clear();
    assertThat(turn.closings.keySet()).containsExactly(new NeedId("a"), new NeedId("b"));
  }
}
