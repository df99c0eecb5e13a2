package dev.canswarm.pipeline.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.replay.ReplayFixture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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
  void whatWasDecidedUnderEarlierFilesIsCheckedByThem() {
    TrustState before = NEED.chain().genesis();
    TrustState now =
        TrustState.genesis(
            ReplayFixture.SWARM,
            TrustRegistry.of(new TreeMap<>()),
            Policy.parse(ReplayFixture.policyJson(4)));
    MemorySlotStore archive = new MemorySlotStore(() -> 1_700_000_000_000L);
    archive
        .archive(before.registry().hash(), "trust", CanonicalJson.write(before.registry().json()))
        .block();
    archive.archive(before.policy().hash(), "policy", ReplayFixture.policyJson(0)).block();
    MessageCheck own = new MessageCheck(RecordedNeed.CODEC, ControlHistory.of(now));
    MessageCheck known = own.withArchived(NEED.rows(), archive, Duration.ofSeconds(10));
    SlotRow row = NEED.row(Verb.COMMIT);
    Message commit = known.decode(row.bytes());
    String topic = Verb.COMMIT.topic();
    assertThat(known.within(commit, topic, NEED.rows(), key -> Optional.of(row)).problem())
        .isEmpty();
    assertThat(own.within(commit, topic, NEED.rows(), key -> Optional.of(row)).problem())
        .startsWith("POLICY_MISMATCH");
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
