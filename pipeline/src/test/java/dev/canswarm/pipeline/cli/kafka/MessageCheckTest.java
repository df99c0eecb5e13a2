package dev.canswarm.pipeline.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCheckTest {
  private static final RecordedNeed NEED = RecordedNeed.ofOneTask();

  private final MessageCheck check = new MessageCheck(RecordedNeed.CODEC, NEED.chain());

  private String problem(byte[] value, String topic, List<SlotRow> rows) {
    return check
        .within(
            check.decode(value),
            topic,
            rows,
            key -> rows.stream().filter(row -> SlotKey.of(row).equals(key)).findFirst())
        .problem();
  }

  private static List<SlotRow> without(Slot slot) {
    List<SlotRow> rows = NEED.rows();
    rows.removeIf(row -> row.slot().equals(slot.key()));
    return rows;
  }

  @Test
  void whatIsStoredAndVerifiedIsGood() {
    for (SlotRow row : NEED.rows()) {
      if (!row.kind().equals(SlotRow.VERDICT)) {
        String topic = Verb.valueOf(row.kind()).topic();
        assertThat(problem(row.bytes(), topic, NEED.rows())).as(row.toString()).isEmpty();
      }
    }
  }

  @Test
  void aFinalizeWithAStolenKeyIsNotDerivedWhetherTheNeedIsOpenOrNot() {
    byte[] forged = NEED.forgedEnd("coordinator").bytes();
    assertThat(problem(forged, "swarm.finalize", NEED.rows())).startsWith("NOT_DERIVED");
    assertThat(problem(forged, "swarm.finalize", without(Slot.FINALIZE))).startsWith("NOT_DERIVED");
  }

  /** An honest coordinator stores it before it sends it. */
  @Test
  void aFinalizeThatFollowsButIsNotStoredIsNotVerified() {
    assertThat(problem(NEED.row(Verb.FINALIZE).bytes(), "swarm.finalize", without(Slot.FINALIZE)))
        .startsWith("NOT_STORED");
  }

  @Test
  void aValidMessageWhoseSlotHoldsAnotherIsSuperseded() {
    Envelope claim = NEED.message(Verb.CLAIM);
    String other =
        NEED.key("worker-1").publicKey().equals(claim.sender()) ? "worker-2" : "worker-1";
    Envelope second = NEED.signed(other, Verb.CLAIM, claim.payload(), NEED.message(Verb.DECIDE));
    assertThat(problem(second.bytes(), "swarm.lease", NEED.rows()))
        .isEqualTo("SUPERSEDED: its slot holds " + claim.id());
  }

  @Test
  void aMessageOnAnotherTopicIsNotVerified() {
    assertThat(problem(NEED.row(Verb.COMMIT).bytes(), "swarm.attest", NEED.rows()))
        .startsWith("WRONG_TOPIC");
  }

  @Test
  void withoutAStoreOnlyTheMessageItselfIsChecked() {
    assertThat(check.itself(check.decode(NEED.forgedEnd("coordinator").bytes()), "swarm.finalize"))
        .satisfies(standing -> assertThat(standing.isVerified()).isTrue());
    assertThat(check.itself(check.decode(NEED.forgedEnd("stranger").bytes()), "swarm.finalize"))
        .satisfies(standing -> assertThat(standing.problem()).startsWith("SENDER_NOT_AUTHORISED"));
  }
}
