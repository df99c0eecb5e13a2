package dev.canswarm.pipeline.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.replay.ReplayFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredCheckTest {
  private static final RecordedNeed ONE = RecordedNeed.ofOneTask();

  private static CheckedNeed checked(List<SlotRow> rows) {
    return ONE.check().of(ONE.needId(), ReplayFixture.THREAD, rows);
  }

  private static SlotRow in(List<SlotRow> rows, Slot slot) {
    return rows.stream().filter(row -> row.slot().equals(slot.key())).findFirst().orElseThrow();
  }

  @Test
  void whatAnHonestSwarmStoredIsVerified() {
    for (RecordedNeed need : List.of(ONE, RecordedNeed.ofTwoTasks(), RecordedNeed.open())) {
      CheckedNeed checked = need.check().of(need.needId(), ReplayFixture.THREAD, need.rows());
      assertThat(checked.problems()).isEmpty();
      assertThat(checked.view().messages()).hasSizeGreaterThan(2);
    }
    assertThat(checked(ONE.rows()).view().finalized())
        .extracting(Message::id)
        .isEqualTo(ONE.message(Verb.FINALIZE).id());
  }

  @Test
  void aNeedThatWasDecidedUnderFilesOfTheArchiveIsVerified() {
    TrustState before = ONE.chain().genesis();
    TrustState now =
        TrustState.genesis(
            ReplayFixture.SWARM,
            TrustRegistry.of(new TreeMap<>()),
            Policy.parse(ReplayFixture.policyJson(4)));
    StoredCheck check = new StoredCheck(RecordedNeed.CODEC, () -> ControlHistory.of(now));
    List<SlotRow> rows = ONE.rows();
    MemorySlotStore store = new MemorySlotStore(() -> 1_700_000_000_000L);

    StoredCheck unknown = check.withArchived(rows, store).blockOptional().orElseThrow();
    assertThat(unknown.of(ONE.needId(), ReplayFixture.THREAD, rows).problems()).isNotEmpty();

    byte[] trust = CanonicalJson.write(before.registry().json());
    store.archive(before.registry().hash(), "trust", trust).block();
    byte[] policy = ReplayFixture.policyJson(0);
    assertThat(before.policy()).isEqualTo(Policy.parse(policy));
    store.archive(before.policy().hash(), "policy", policy).block();
    StoredCheck known = check.withArchived(rows, store).blockOptional().orElseThrow();
    assertThat(known.of(ONE.needId(), ReplayFixture.THREAD, rows).problems()).isEmpty();
  }

  @Test
  void aNeedThatIsNotDecidedIsCheckedByThePolicyThatItNames() {
    TrustState before = ONE.chain().genesis();
    Policy own = Policy.parse(ReplayFixture.policyJson(4));
    TrustState now = TrustState.genesis(ReplayFixture.SWARM, before.registry(), own);
    StoredCheck check = new StoredCheck(RecordedNeed.CODEC, () -> ControlHistory.of(now));
    // A process that was started with another policy ends it at its deadline, by that policy.
    Envelope end =
        RecordedNeed.CODEC.sign(
            Draft.builder(Verb.FINALIZE, ReplayFixture.THREAD)
                .need(ONE.needId())
                .lamport(2)
                .parents(List.of(ONE.needId().envelope()))
                .policyHash(own.hash())
                .payload(new Finalize(Outcome.EXPIRED, null, "", List.of()).toJson())
                .build(),
            ONE.key("coordinator"),
            7);
    List<SlotRow> rows =
        new ArrayList<>(List.of(ONE.row(Verb.NEED), ONE.rowOf(Slot.FINALIZE, end)));
    MemorySlotStore store = new MemorySlotStore(() -> 1_700_000_000_000L);
    StoredCheck unknown = check.withArchived(rows, store).blockOptional().orElseThrow();
    assertThat(unknown.of(ONE.needId(), ReplayFixture.THREAD, rows).problem(rows.get(0)))
        .startsWith("POLICY_MISMATCH");

    store.archive(before.policy().hash(), "policy", ReplayFixture.policyJson(0)).block();
    StoredCheck known = check.withArchived(rows, store).blockOptional().orElseThrow();
    assertThat(known.of(ONE.needId(), ReplayFixture.THREAD, rows).problems()).isEmpty();
  }

  @Test
  void anEndThatDoesNotFollowIsNotEvenIfACoordinatorSignedIt() {
    List<SlotRow> rows = ONE.rowsWith(Slot.FINALIZE, ONE.forgedEnd("coordinator"));
    CheckedNeed checked = checked(rows);
    assertThat(checked.problem(in(rows, Slot.FINALIZE))).startsWith("NOT_DERIVED");
    assertThat(checked.view().finalized()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker-2", "stranger"})
  void anEndByAnotherKeyIsNot(String who) {
    List<SlotRow> rows = ONE.rowsWith(Slot.FINALIZE, ONE.forgedEnd(who));
    assertThat(checked(rows).problem(in(rows, Slot.FINALIZE))).startsWith("SENDER_NOT_AUTHORISED");
  }

  @Test
  void theEndOfAnotherNeedIsNot() {
    Envelope other = RecordedNeed.ofTwoTasks().message(Verb.FINALIZE);
    List<SlotRow> rows = ONE.rowsWith(Slot.FINALIZE, other);
    CheckedNeed checked = checked(rows);
    assertThat(checked.problem(in(rows, Slot.FINALIZE))).startsWith("BAD_ID: need_id");
    assertThat(checked.view().finalized()).isNull();
  }

  @Test
  void aMessageInTheSlotOfAnotherQuestionIsNot() {
    List<SlotRow> rows = ONE.rowsWith(Slot.FINALIZE, ONE.message(Verb.COMMIT));
    assertThat(checked(rows).problem(in(rows, Slot.FINALIZE))).startsWith("BAD_SHAPE: slot");
  }

  @Test
  void whatFollowsFromAMessageThatIsNotVerifiedIsNotEither() {
    List<SlotRow> rows = new ArrayList<>();
    for (SlotRow row : ONE.rows()) {
      rows.add(row.kind().equals("COMMIT") ? changed(row) : row);
    }
    CheckedNeed checked = checked(rows);
    assertThat(checked.problems().values())
        .anyMatch(problem -> problem.startsWith("BAD_PAYLOAD_HASH"));
    for (SlotRow row : rows) {
      if (List.of("ATTEST", "FINALIZE").contains(row.kind())) {
        assertThat(checked.problem(row)).as(row.toString()).startsWith("PARENT_MISSING");
      }
    }
  }

  private static SlotRow changed(SlotRow row) {
    String text = new String(row.bytes(), StandardCharsets.UTF_8);
    String other = text.replace("\"token\":1", "\"token\":2");
    assertThat(other).isNotEqualTo(text);
    return SlotRow.at(row.scope(), row.slot())
        .id(row.id())
        .need(row.needId(), row.threadId())
        .kind(row.kind())
        .sender(row.sender())
        .time(row.lamport(), row.timestampNs())
        .bytes(other.getBytes(StandardCharsets.UTF_8))
        .build();
  }

  @Test
  void aMessageOfATopicIsJudgedAsAProcessDoes() {
    StoredCheck check = ONE.check();
    List<SlotRow> rows = ONE.rows();
    rows.removeIf(row -> row.slot().equals(Slot.FINALIZE.key()));
    CheckedNeed open = check.of(ONE.needId(), ReplayFixture.THREAD, rows);
    Message end = check.decode(ONE.row(Verb.FINALIZE).bytes());
    assertThat(check.problem(end, "swarm.finalize", open)).isEmpty();
    assertThat(check.problem(end, "swarm.decide", open)).startsWith("WRONG_TOPIC");
    Message forged = check.decode(ONE.forgedEnd("coordinator").bytes());
    assertThat(check.problem(forged, "swarm.finalize", open)).startsWith("NOT_DERIVED");
    Message others = check.decode(RecordedNeed.ofTwoTasks().row(Verb.FINALIZE).bytes());
    assertThat(check.problem(others, "swarm.finalize", open)).startsWith("BAD_ID");
  }
}
