package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotRows;
import dev.canswarm.port.StoreOutcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether the store took a row as it was reacted on. */
class PendingRowTest {
  private static final SlotRow ROW = SlotRows.row("need", "DECIDE", "DECIDE", "mine");
  private static final SlotRow OTHER = SlotRows.row("need", "DECIDE", "DECIDE", "another's");

  private static PendingRow said(SlotRow row) {
    return new PendingRow(row, List.of(), new PendingRow.Origin.Judged());
  }

  private static PendingRow refused() {
    DeadLetters.Letter letter =
        new DeadLetters.Letter(
            new RecordPosition("memory", "topic", 0, 1), null, null, Reason.BAD_ID, "decode", "");
    return new DeadLetters("process").row(letter, List.of());
  }

  @Test
  void anInsertedRowIsInForce() {
    assertThat(said(ROW).stands(new StoreOutcome.Inserted(7))).isTrue();
  }

  @Test
  void aRowWhoseSlotHoldsTheSameAnswerIsInForceFromAnyTime() {
    assertThat(said(ROW).stands(new StoreOutcome.Held(ROW.storedAt(3)))).isTrue();
  }

  @Test
  void aRowWhoseSlotHoldsAnotherAnswerDoesNotStand() {
    assertThat(said(ROW).stands(new StoreOutcome.Held(OTHER))).isFalse();
  }

  @Test
  void aRowThatWasLeftOutDoesNotStand() {
    assertThat(said(ROW).stands(new StoreOutcome.LeftOut())).isFalse();
    assertThat(refused().stands(new StoreOutcome.LeftOut())).isFalse();
  }

  @Test
  void ofADeadLetterAnyRowInTheSlotWillDo() {
    SlotRow ofAnotherProcess = new DeadLetters("another").row(letter(), List.of()).row();
    assertThat(refused().stands(new StoreOutcome.Held(ofAnotherProcess))).isTrue();
  }

  private static DeadLetters.Letter letter() {
    return new DeadLetters.Letter(
        new RecordPosition("memory", "topic", 0, 1), null, null, Reason.BAD_SHAPE, "store", "else");
  }

  @Test
  void twoCandidatesForOneSlotAreTwoRows() {
    assertThat(said(ROW)).isNotEqualTo(said(ROW));
  }

  @Test
  void itsBasisIsACopy() {
    List<PendingRow> basis = new ArrayList<>(List.of(said(OTHER)));
    PendingRow row = new PendingRow(ROW, basis, new PendingRow.Origin.Judged());
    basis.clear();
    assertThat(row.basis()).hasSize(1);
  }
}
