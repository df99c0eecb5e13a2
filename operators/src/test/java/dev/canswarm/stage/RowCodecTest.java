package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.verb.Verbs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Rows of the op-log hold what roles read, no more and no less. */
class RowCodecTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final RowCodec rows = new RowCodec(new MemorySwarm(VirtualTimeScheduler.create()).codec);

  static List<Envelope> everyVerbOfTheChain() {
    return PLAYED.all();
  }

  @ParameterizedTest
  @MethodSource("everyVerbOfTheChain")
  void whatIsReadBackIsWhatWasToBeStored(Envelope envelope) {
    Stored.Message message = PlayedNeed.message(envelope, 55);
    SlotRow row = rows.candidate(message.slot(), envelope, List.of()).storedAt(55);
    assertThat(rows.stored(row)).isEqualTo(message);
    assertThat(rows.envelope(row)).isEqualTo(envelope);
  }

  @Test
  void aRowSaysWhatItsEnvelopeSays() {
    SlotRow row = rows.candidate(Slot.DECIDE, PLAYED.decide, List.of());
    assertThat(row)
        .returns(PLAYED.need.id().text(), SlotRow::scope)
        .returns("DECIDE", SlotRow::slot)
        .returns(PLAYED.decide.id().text(), SlotRow::id)
        .returns(PLAYED.need.need(), SlotRow::needId)
        .returns(PlayedNeed.THREAD, SlotRow::threadId)
        .returns("DECIDE", SlotRow::kind)
        .returns(PLAYED.decide.sender().base64(), SlotRow::sender)
        .returns(PLAYED.decide.lamport(), SlotRow::lamport)
        .returns(PLAYED.decide.timestampNs(), SlotRow::timestampNs)
        .returns(0L, SlotRow::storedMillis);
  }

  @Test
  void aNeedIsInTheScopeOfItsThread() {
    SlotRow row = rows.candidate(Slot.need(PLAYED.need.need()), PLAYED.need, List.of());
    assertThat(row.scope()).isEqualTo(PlayedNeed.THREAD.text());
    assertThat(row.needId()).isEqualTo(PLAYED.need.need());
  }

  @Test
  void planOperationsAreWrittenWithTheirRow() {
    var payload = Verbs.payload(PLAYED.propose.verb(), PLAYED.propose.payload());
    var ops = Verbs.ops(PLAYED.propose, payload, PLAYED.view(PLAYED.need));
    assertThat(rows.candidate(Slot.propose(PLAYED.propose.sender()), PLAYED.propose, ops).ops())
        .contains("ADD_TASK", PLAYED.taskId().text());
  }

  @Test
  void whatWaitsIsReadBackAsWaiting() {
    Stored.Waiting waiting = PlayedNeed.waiting(PLAYED.commit, 7);
    SlotRow row = rows.waiting(waiting.slot(), PLAYED.commit);
    assertThat(row.kind()).isEqualTo(SlotRow.WAIT);
    assertThat(row.scope()).isEqualTo(PLAYED.need.id().text());
    assertThat(rows.stored(row)).isEqualTo(waiting);
  }

  @Test
  void aVerdictIsReadBackWithoutAnEnvelope() {
    Verdict verdict =
        new Verdict(
            PLAYED.taskId(), 1, true, List.of(PLAYED.votes.get(0).id()), Verdict.Cause.VOTES);
    SlotRow row = rows.verdict(PLAYED.need.need(), PlayedNeed.THREAD, verdict).storedAt(9);
    assertThat(rows.stored(row)).isEqualTo(new Stored.Judged(verdict.slot(), verdict, 9));
    assertThat(row.sender()).isEmpty();
  }

  @Test
  void aRowThatHoldsTheCandidatesBytesIsNotDecodedAgain() {
    Stored.Message message = PlayedNeed.message(PLAYED.decide, 0);
    SlotRow row = rows.candidate(Slot.DECIDE, PLAYED.decide, List.of()).storedAt(4);
    Stored stored = rows.storedAfter(Slot.DECIDE, row, PLAYED.decide, message.payload());
    assertThat(((Stored.Message) stored).envelope()).isSameAs(PLAYED.decide);
    assertThat(stored.storedMillis()).isEqualTo(4);
  }

  @Test
  void aRowThatHoldsAnotherAnswerIsReadAsWhatItHolds() {
    Stored.Message candidate = PlayedNeed.message(PLAYED.votes.get(0), 0);
    SlotRow row =
        rows.candidate(
            PlayedNeed.message(PLAYED.votes.get(1), 0).slot(), PLAYED.votes.get(1), List.of());
    Stored stored =
        rows.storedAfter(candidate.slot(), row, candidate.envelope(), candidate.payload());
    assertThat(((Stored.Message) stored).envelope()).isEqualTo(PLAYED.votes.get(1));
  }

  @Test
  void aDamagedRowIsNotTakenForAnything() {
    SlotRow noEnvelope =
        SlotRow.at(PLAYED.need.id().text(), "DECIDE")
            .kind("DECIDE")
            .bytes(new byte[] {'{'})
            .build();
    SlotRow noSlot =
        SlotRow.at(PLAYED.need.id().text(), "NOTHING")
            .kind("DECIDE")
            .bytes(PLAYED.decide.bytes())
            .build();
    SlotRow noVerdict =
        SlotRow.at(PLAYED.need.id().text(), "VERDICT/" + PLAYED.taskId() + "/1")
            .kind(SlotRow.VERDICT)
            .bytes(new byte[] {'{', '}'})
            .build();
    assertThatThrownBy(() -> rows.stored(noEnvelope)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> rows.stored(noSlot)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> rows.stored(noVerdict)).isInstanceOf(RuntimeException.class);
  }
}
