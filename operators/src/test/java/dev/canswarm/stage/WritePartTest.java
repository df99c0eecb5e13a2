package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.verb.Verbs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a turn is cut into writes. */
class WritePartTest {
  private static final int ROWS_WANTED = TurnWrite.ROWS_MAX / 4;
  private static final int BYTES_WANTED = (int) (TurnWrite.BYTES_MAX / 4);

  private final StageBench bench = new StageBench();

  @AfterEach
  void stop() {
    bench.close();
  }

  private static PendingRow row(String need, int index, int bytes, PendingRow... basis) {
    return new PendingRow(
        SlotRow.at(need, "slot-" + index).bytes(new byte[bytes]).build(),
        List.of(basis),
        new PendingRow.Origin.Judged());
  }

  private NeedTurn need(String name, int rows, int bytesOfEach) {
    NeedTurn turn =
        new NeedTurn(bench.partition, new NeedState(new NeedId(name), new ThreadId("t")));
    for (int i = 0; i < rows; i++) {
      turn.outputs.add(row(name, i, bytesOfEach));
    }
    return turn;
  }

  private Turn.Stateless stateless() {
    return new Turn.Stateless(
        bench.arrival(PlayedNeed.ONE.need),
        row("stateless", 0, 1),
        bench.timer(PlayedNeed.ONE.need, 1));
  }

  private Turn.Closing closing(String need, boolean isAbandoned) {
    return new Turn.Closing(
        bench.partition, new NeedState(new NeedId(need), new ThreadId("t")), isAbandoned);
  }

  private static List<Integer> rows(List<WritePart> parts) {
    return parts.stream().map(part -> part.write().candidates().size()).toList();
  }

  @Test
  void aTurnWithoutNeedsAndRecordsHasNoPart() {
    assertThat(WritePart.of(List.of(), List.of())).isEmpty();
  }

  @Test
  void whatFitsIsWrittenAtOnce() {
    List<WritePart> parts =
        WritePart.of(List.of(need("a", 2, 10), need("b", 3, 10)), List.of(stateless()));
    assertThat(rows(parts)).containsExactly(6);
    assertThat(parts.get(0).write().timers()).hasSize(1);
  }

  @Test
  void aNeedsRowsAreNeverSplitAndTheNextNeedBeginsAnotherPart() {
    List<WritePart> parts =
        WritePart.of(
            List.of(need("a", ROWS_WANTED - 1, 1), need("b", 40, 1), need("c", 2, 1)), List.of());
    assertThat(rows(parts)).containsExactly(ROWS_WANTED + 39, 2);
  }

  @Test
  void anEntryOfTheControlChainIsWrittenFirstAndByItself() {
    Turn.Stateless entry =
        new Turn.Stateless(
            bench.arrival(PlayedNeed.ONE.need),
            new PendingRow(
                SlotRow.at("entry", "1").build(),
                List.of(),
                new PendingRow.Origin.Came(
                    PlayedNeed.ONE.need, Verbs.payload(Verb.NEED, PlayedNeed.ONE.need.payload()))),
            null);
    List<WritePart> parts = WritePart.of(List.of(need("a", 2, 1)), List.of(stateless(), entry));
    assertThat(rows(parts)).containsExactly(1, 3);
    assertThat(parts.get(0).stateless()).containsExactly(entry);
  }

  @Test
  void bytesCutATurnToo() {
    List<WritePart> parts =
        WritePart.of(
            List.of(need("a", 1, BYTES_WANTED), need("b", 1, 1), need("c", 1, 1)),
            List.of(stateless()));
    assertThat(rows(parts)).containsExactly(1, 3);
  }

  @Test
  void aNeedThatIsMoreThanAWriteMayHoldFailsAlone() {
    List<WritePart> parts = WritePart.of(List.of(need("a", TurnWrite.ROWS_MAX + 1, 1)), List.of());
    assertThatThrownBy(parts.get(0)::write).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatARowFollowsFromIsNamedByItsPlaceInTheWrite() {
    NeedTurn first = need("a", 2, 1);
    NeedTurn second = need("b", 2, 1);
    List<PendingRow> before = List.copyOf(second.outputs.rows);
    second.outputs.add(row("b", 2, 1, before.get(0), before.get(1)));
    TurnWrite write = WritePart.of(List.of(first, second), List.of()).get(0).write();
    assertThat(write.candidates())
        .extracting(Candidate::basis)
        .containsExactly(List.of(), List.of(), List.of(), List.of(), List.of(2, 3));
  }

  @Test
  void theOutcomeOfARowIsTheOneAtItsPlace() {
    NeedTurn need = need("a", 2, 1);
    WritePart part = WritePart.of(List.of(need), List.of()).get(0);
    List<StoreOutcome> outcomes = List.of(new StoreOutcome.Inserted(1), new StoreOutcome.LeftOut());
    assertThat(part.outcome(need.outputs.rows.get(1), outcomes)).isSameAs(outcomes.get(1));
    assertThat(part.outcome(need.outputs.rows.get(0), outcomes)).isSameAs(outcomes.get(0));
  }

  @Test
  void timersGoWithTheFirstPart() {
    List<WritePart> parts =
        WritePart.of(List.of(need("a", ROWS_WANTED, 1), need("b", 1, 1)), List.of());
    List<WritePart> closing =
        WritePart.withClosings(
            parts,
            Map.of(
                new NeedId("over"),
                closing("over", false),
                new NeedId("gone"),
                closing("gone", true)));
    assertThat(rows(closing)).containsExactly(ROWS_WANTED, 1);
    assertThat(closing.get(0).write().closings()).containsExactly(new NeedId("over"));
    assertThat(closing.get(0).write().abandonments()).containsExactly(new NeedId("gone"));
    assertThat(closing.get(1).write().closings()).isEmpty();
  }

  @Test
  void timersAloneAreAPartOfTheirOwnThatCannotBeSplit() {
    List<WritePart> parts =
        WritePart.withClosings(List.of(), Map.of(new NeedId("over"), closing("over", false)));
    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).isEmpty()).isFalse();
    assertThat(parts.get(0).isSplittable()).isFalse();
    assertThat(parts.get(0).write().closings()).containsExactly(new NeedId("over"));
  }

  @Test
  void splittingLeavesEachNeedEachRecordAndTheClosingsAlone() {
    List<WritePart> whole =
        WritePart.withClosings(
            WritePart.of(
                List.of(need("a", 2, 1), need("b", 3, 1)), List.of(stateless(), stateless())),
            Map.of(new NeedId("over"), closing("over", false)));
    assertThat(whole).hasSize(1);
    List<WritePart> single = whole.get(0).split();
    assertThat(rows(single)).containsExactly(2, 3, 1, 1, 0);
    assertThat(single.get(4).write().closings()).containsExactly(new NeedId("over"));
    assertThat(single.subList(0, 4)).allMatch(part -> part.write().closings().isEmpty());
  }

  @Test
  void aNeedThatWritesNothingIsAnEmptyPart() {
    NeedTurn need = need("a", 0, 0);
    WritePart part = WritePart.of(List.of(need), List.of()).get(0);
    assertThat(part.isEmpty()).isTrue();
    need.outputs.refused.add(Slot.DECIDE);
    part.commit();
    assertThat(need.state.isRefused(Slot.DECIDE)).isTrue();
  }

  @Test
  void onceRowsStandTheTimerIsArmedAndTheNeedOpen() {
    NeedTurn need = need("a", 1, 1);
    need.state.close();
    need.outputs.timer = new OpenNeed(new NeedId("a"), new ThreadId("t"), "NEED/a", 0, 123, 0);
    WritePart.commit(need);
    assertThat(need.state.armedMillis()).isEqualTo(123);
    assertThat(need.state.isClosed()).isFalse();
  }

  @Test
  void withoutATimerNothingIsArmed() {
    NeedTurn need = need("a", 1, 1);
    WritePart.commit(need);
    assertThat(need.state.armedMillis()).isEqualTo(NeedState.NOT_ARMED);
  }

  @Test
  void heldBackItHoldsEachOfItsNeedsAndRecordsBack() {
    Turn turn = bench.turnOf(PlayedNeed.ONE.need);
    Turn.Stateless record = stateless();
    turn.stateless.add(record);
    NeedTurn need = StageBench.only(turn);
    need.outputs.add(row(need.state.needId().text(), 0, 1));
    WritePart part = WritePart.of(new ArrayList<>(turn.needs()), turn.stateless).get(0);
    part.holdBack(turn, new IOException("content"));
    assertThat(turn.needs()).isEmpty();
    assertThat(need.heldBack).isTrue();
    assertThat(record.heldBack).isTrue();
    assertThat(bench.swarm.failures).hasSize(2);
  }
}
