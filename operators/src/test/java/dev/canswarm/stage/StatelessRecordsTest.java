package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.verb.Verbs;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records of which nothing is remembered: refused, sent on, or made a NEED. */
class StatelessRecordsTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;
  private static final long NOW = 5_000;
  private static final long HEAD = 3;

  private final StageBench bench = new StageBench(RoleName.GATEWAY);

  @AfterEach
  void stop() {
    bench.close();
  }

  private Turn.Stateless refused() {
    return StatelessRecords.of(
        StageBench.arrival(
            bench.delivery("swarm.need", StageBench.utf8("key"), StageBench.utf8("junk")),
            new Decoded.Refused(Reason.MALFORMED_JSON, "decode", "no JSON")),
        Candidate.UNPINNED,
        bench.context);
  }

  private Turn.Stateless submitted(Envelope need) {
    return StatelessRecords.of(
        StageBench.arrival(
            bench.delivery(Topics.INTAKE, null, StageBench.utf8(PlayedNeed.WORDS)),
            new Decoded.Intake(need.threadId(), need, Verbs.payload(need.verb(), need.payload()))),
        HEAD,
        bench.context);
  }

  private static PendingRow row(Turn.Stateless record) {
    return Objects.requireNonNull(record.row);
  }

  @Test
  void aRefusedRecordIsARowInTheScopeOfDeadLettersAndNothingYet() {
    Turn.Stateless record = refused();
    assertThat(row(record).row().scope()).isEqualTo(DeadLetters.SCOPE);
    assertThat(record.timer).isNull();
    assertThat(record.sends).isEmpty();
    assertThat(record.audits).isEmpty();
  }

  @Test
  void theProcessThatFillsItsSlotSendsTheDeadLetter() {
    Turn.Stateless record = refused();
    StatelessRecords.filled(record, row(record).row().storedAt(1), bench.context);
    assertThat(record.sends).extracting(OutgoingRecord::topic).containsExactly(Topics.DEAD_LETTERS);
    assertThat(record.audits)
        .singleElement()
        .satisfies(event -> assertThat(event.direction()).isEqualTo(Direction.DEAD_LETTERED));
  }

  @Test
  void whereAnotherProcessFillsItsSlotNoDeadLetterIsSentHere() {
    Turn.Stateless record = refused();
    SlotRow others = SlotRow.at(DeadLetters.SCOPE, row(record).row().slot()).sender("else").build();
    StatelessRecords.filled(record, others, bench.context);
    assertThat(record.sends).isEmpty();
    assertThat(record.audits).isEmpty();
  }

  @Test
  void anEnvelopeOfAnotherPartitionIsSentOnAsItIs() {
    Turn.Stateless record =
        StatelessRecords.of(bench.arrival(PLAYED.commit), Candidate.UNPINNED, bench.context);
    assertThat(record.row).isNull();
    assertThat(record.sends)
        .singleElement()
        .satisfies(
            sent -> {
              assertThat(sent.topic()).isEqualTo("swarm.commit");
              assertThat(sent.key()).isEqualTo(StageBench.utf8(PlayedNeed.THREAD.text()));
              assertThat(sent.value()).isEqualTo(PLAYED.commit.bytes());
            });
  }

  @Test
  void aSubmittedNeedFillsItsSlotAndArmsTheTimerForItsPlan() {
    bench.time.advanceTimeTo(Instant.ofEpochMilli(NOW));
    Turn.Stateless record = submitted(PLAYED.need);
    assertThat(row(record).row().scope()).isEqualTo(PlayedNeed.THREAD.text());
    assertThat(row(record).row().slot()).isEqualTo(Slot.need(PLAYED.need.need()).key());
    assertThat(record.timer)
        .isEqualTo(
            new OpenNeed(
                PLAYED.need.need(),
                PlayedNeed.THREAD,
                Slot.need(PLAYED.need.need()).key(),
                bench.partition.number(),
                NOW + bench.swarm.policy.planMillis(),
                0));
    assertThat(record.sends).as("before its slot is filled").isEmpty();
    assertThat(row(record).pin()).as("the head under which it was judged").isEqualTo(HEAD);
  }

  @Test
  void theStoredEnvelopeOfASubmittedNeedIsSentWithAnySigner() {
    Turn.Stateless own = submitted(PLAYED.need);
    StatelessRecords.filled(own, row(own).row().storedAt(3), bench.context);
    assertThat(own.sends).extracting(OutgoingRecord::value).containsExactly(PLAYED.need.bytes());

    Envelope other = PlayedNeed.anotherNeed(PlayedNeed.THREAD, "another");
    Turn.Stateless second = submitted(PLAYED.need);
    StatelessRecords.filled(
        second,
        bench.context.rows().candidate(Slot.need(PLAYED.need.need()), other, List.of()),
        bench.context);
    assertThat(second.sends).extracting(OutgoingRecord::value).containsExactly(other.bytes());
    assertThat(second.audits)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.direction()).isEqualTo(Direction.PUBLISHED);
              assertThat(event.content()).isEqualTo(other.bytes());
            });
  }

  @Test
  void aRecordWithoutARowIsNotAsked() {
    Turn.Stateless record =
        StatelessRecords.of(bench.arrival(PLAYED.commit), Candidate.UNPINNED, bench.context);
    StatelessRecords.filled(record, SlotRow.at("a", "b").build(), bench.context);
    assertThat(record.sends).hasSize(1);
  }
}
