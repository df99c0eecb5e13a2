package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredEndTest {
  private final RecordedNeed recorded = RecordedNeed.ofOneTask();
  private final Envelope need = recorded.message(Verb.NEED);
  private final TrustRegistry listed = recorded.chain().everListed();

  private boolean announced(byte[] value) {
    return StoredEnd.isAnnounced(value, need, RecordedNeed.CODEC, listed);
  }

  @Test
  void theEndThatFollowsAndIsStoredIsBelieved() {
    StoredEnd end = StoredEnd.of(need, recorded.rows(), recorded.check());
    assertThat(end.end()).map(Envelope::id).hasValue(recorded.row(Verb.FINALIZE).id());
    assertThat(end.problem()).isEmpty();
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
