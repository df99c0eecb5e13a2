package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a turn leads to for one NEED, and from which of its rows each further one follows. */
class OutputsTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final Outputs outputs = new Outputs();

  private static PendingRow row(Envelope envelope, List<PendingRow> basis) {
    Slot slot = PlayedNeed.message(envelope, 0).slot();
    SlotRow row =
        SlotRow.at(Slot.scopeOf(envelope), slot.key())
            .id(envelope.id().text())
            .kind(envelope.verb().name())
            .bytes(envelope.bytes())
            .build();
    return new PendingRow(row, basis, new PendingRow.Origin.Judged());
  }

  private PendingRow add(Envelope envelope) {
    return outputs.add(row(envelope, List.of()));
  }

  @Test
  void anEnvelopesParentsAreTheRowsOfThisTurnThatItNames() {
    PendingRow commit = add(PLAYED.commit);
    add(PLAYED.claim);
    assertThat(outputs.parentsOf(PLAYED.votes.get(0))).containsExactly(commit);
    assertThat(outputs.parentsOf(PLAYED.propose)).as("stored before").isEmpty();
  }

  @Test
  void theRowThatFillsASlotIsFoundWhereThisTurnFillsIt() {
    PendingRow decide = add(PLAYED.decide);
    assertThat(outputs.filling(Slot.DECIDE)).containsExactly(decide);
    assertThat(outputs.filling(Slot.FINALIZE)).isEmpty();
  }

  @Test
  void whatIsConcludedFromTheWholeViewFollowsFromEveryRow() {
    PendingRow need = add(PLAYED.need);
    PendingRow propose = add(PLAYED.propose);
    assertThat(outputs.basisOfAll()).containsExactly(need, propose);
  }

  @Test
  void rowsThatOthersFollowFromAreNotNamedAgain() {
    add(PLAYED.need);
    List<PendingRow> basis = outputs.basisOfAll();
    PendingRow propose = outputs.add(row(PLAYED.propose, basis));
    outputs.concluded(1);
    PendingRow decide = add(PLAYED.decide);
    assertThat(outputs.basisOfAll()).containsExactly(propose, decide);
  }

  @Test
  void aConclusionWithoutRowsChangesNoBasis() {
    PendingRow need = add(PLAYED.need);
    outputs.concluded(1);
    assertThat(outputs.basisOfAll()).containsExactly(need);
  }

  @Test
  void nothingFollowsFromADeadLetter() {
    DeadLetters.Letter letter =
        new DeadLetters.Letter(
            new RecordPosition("memory", "topic", 0, 1), null, null, Reason.BAD_ID, "store", "");
    PendingRow need = add(PLAYED.need);
    outputs.add(new DeadLetters("process").row(letter, List.of()));
    assertThat(outputs.basisOfAll()).containsExactly(need);
  }

  @Test
  void aTimerAloneIsNothingToDo() {
    assertThat(outputs.isNothing()).isTrue();
    outputs.nextMillis = 1;
    assertThat(outputs.isNothing()).isTrue();
    outputs.over = true;
    assertThat(outputs.isNothing()).isFalse();
  }

  @Test
  void rowsAndSendsAreSomethingToDo() {
    Outputs sending = new Outputs();
    sending.sends.add(PLAYED.need);
    assertThat(sending.isNothing()).isFalse();
    Outputs sendingAgain = new Outputs();
    sendingAgain.resends.add(PLAYED.need);
    assertThat(sendingAgain.isNothing()).isFalse();
    add(PLAYED.need);
    assertThat(outputs.isNothing()).isFalse();
  }
}
