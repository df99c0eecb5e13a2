package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.replay.ReplayFixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoredEndTest {
  private static final Duration WAIT = Duration.ofSeconds(10);

  private final RecordedNeed recorded = RecordedNeed.ofOneTask();
  private final Envelope need = recorded.message(Verb.NEED);
  private final TrustRegistry listed = recorded.chain().everListed();

  private boolean announced(byte[] value) {
    return StoredEnd.isAnnounced(value, need, RecordedNeed.CODEC, listed);
  }

  @Test
  void theEndThatFollowsAndIsStoredIsBelieved() {
    StoredEnd end = StoredEnd.of(need, recorded.rows(), recorded.check());
    assertThat(end.end())
        .map(Envelope::id)
        .hasValue(new EnvelopeId(recorded.row(Verb.FINALIZE).id()));
    assertThat(end.problem()).isEmpty();
  }

  @Test
  void theEndOfANeedThatWasDecidedUnderEarlierFilesIsBelieved() {
    TrustState now =
        TrustState.genesis(
            ReplayFixture.SWARM,
            TrustRegistry.of(new TreeMap<>()),
            Policy.parse(ReplayFixture.policyJson(4)));
    StoredCheck check = new StoredCheck(RecordedNeed.CODEC, () -> ControlHistory.of(now));
    MemorySlotStore archive = new MemorySlotStore(() -> 1_700_000_000_000L);
    List<SlotRow> rows = recorded.rows();
    StoredEnd unknown = StoredEnd.of(need, rows, check, archive, WAIT);
    assertThat(unknown.end()).isEmpty();
    assertThat(unknown.problem()).isNotEmpty();

    TrustState before = recorded.chain().genesis();
    byte[] trust = CanonicalJson.write(before.registry().json());
    archive.archive(before.registry().hash(), "trust", trust).block();
    archive.archive(before.policy().hash(), "policy", ReplayFixture.policyJson(0)).block();
    StoredEnd end = StoredEnd.of(need, rows, check, archive, WAIT);
    assertThat(end.problem()).isEmpty();
    assertThat(end.end())
        .map(Envelope::id)
        .hasValue(new EnvelopeId(recorded.row(Verb.FINALIZE).id()));
  }

  /** Somebody has a coordinator's key and Kafka: no process admits this, so no slot holds it. */
  @Test
  void aCoordinatorsFinalizeThatIsOnlyOnTheTopicIsNot() {
    byte[] forged = recorded.forgedEnd("coordinator").bytes();
    assertThat(announced(forged)).isTrue();
    List<SlotRow> rows = recorded.rows();
    rows.removeIf(row -> row.slot().equals(Slot.FINALIZE.key()));
    StoredEnd end = StoredEnd.of(need, rows, recorded.check());
    assertThat(end.end()).isEmpty();
    assertThat(end.problem()).isEmpty();
  }

  /** Somebody has PostgreSQL too. */
  @Test
  void aStoredFinalizeThatDoesNotFollowIsNot() {
    List<SlotRow> rows = recorded.rowsWith(Slot.FINALIZE, recorded.forgedEnd("coordinator"));
    StoredEnd end = StoredEnd.of(need, rows, recorded.check());
    assertThat(end.end()).isEmpty();
    assertThat(end.problem()).startsWith("NOT_DERIVED");
  }

  @Test
  void whatNoCoordinatorSignedIsNotWorthALook() {
    assertThat(announced(recorded.row(Verb.FINALIZE).bytes())).isTrue();
    assertThat(announced(recorded.forgedEnd("worker-1").bytes())).isFalse();
    assertThat(announced(recorded.forgedEnd("stranger").bytes())).isFalse();
    assertThat(announced(recorded.row(Verb.DECIDE).bytes())).isFalse();
    assertThat(announced(RecordedNeed.ofTwoTasks().row(Verb.FINALIZE).bytes())).isFalse();
    String text = new String(recorded.row(Verb.FINALIZE).bytes(), StandardCharsets.UTF_8);
    String changed = text.replace("ACCEPTED", "REJECTED");
    assertThat(changed).isNotEqualTo(text);
    assertThat(announced(changed.getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(announced("{\"kind\":\"FINALIZE\"}".getBytes(StandardCharsets.UTF_8))).isFalse();
  }
}
