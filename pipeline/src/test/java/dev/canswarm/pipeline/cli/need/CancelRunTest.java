package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which NEED is cancelled, and what is said of its end. */
class CancelRunTest {
  private static final RecordedNeed RECORDED = RecordedNeed.ofOneTask();
  private static final Envelope NEED = RECORDED.message(Verb.NEED);

  private final MemorySlotStore store = new MemorySlotStore(() -> 0);
  private final Invocation invocation;

  CancelRunTest(@TempDir Path home) {
    this.invocation = new Invocation(home, Map.of());
  }

  private CancelRun run() throws CommandException {
    CancelCommand command = new CancelCommand(invocation.context());
    command.needId = NEED.id().text();
    return new CancelRun(command);
  }

  private Envelope need() throws CommandException {
    return run().need(store, RecordedNeed.CODEC, Duration.ofSeconds(10));
  }

  /** The row of the NEED with another content. */
  private void stored(byte[] bytes) {
    SlotRow row = RECORDED.row(Verb.NEED);
    SlotRow other =
        SlotRow.at(row.scope(), row.slot())
            .id(row.id())
            .need(RECORDED.needId(), row.threadId())
            .kind(row.kind())
            .sender(row.sender())
            .bytes(bytes)
            .build();
    StoredRows.fill(store, List.of(other)).block();
  }

  private void assertFails(String... said) {
    assertThatThrownBy(this::need)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageContainingAll(said);
  }

  @Test
  void theStoredNeedIsTaken() throws Exception {
    stored(NEED.bytes());
    assertThat(need().id()).isEqualTo(NEED.id());
  }

  @Test
  void aNeedThatIsNotStoredIsMissed() {
    assertFails("no NEED " + NEED.id() + " is stored", "./swarm list");
  }

  @Test
  void aRowThatWasChangedIsNotCancelled() {
    String text = new String(NEED.bytes(), StandardCharsets.UTF_8);
    String changed = text.replace("\"thread-1\"", "\"thread-2\"");
    assertThat(changed).isNotEqualTo(text);
    stored(changed.getBytes(StandardCharsets.UTF_8));
    assertFails("NEED " + NEED.id() + " is not what its sender signed", "./swarm thread");
  }

  @Test
  void aRowThatHoldsAnotherMessageIsNotCancelled() {
    stored(RECORDED.message(Verb.DECIDE).bytes());
    assertFails("is not what its sender signed", "its row holds DECIDE ");
  }

  @Test
  void aRowThatHoldsAnotherNeedIsNotCancelled() {
    stored(RecordedNeed.ofTwoTasks().message(Verb.NEED).bytes());
    assertFails("is not what its sender signed", "its row holds NEED ");
  }

  private Envelope end(Outcome outcome, String reason) {
    return RECORDED.signed(
        "coordinator",
        Verb.FINALIZE,
        new Finalize(outcome, reason, "0".repeat(64), List.of()).toJson(),
        RECORDED.message(Verb.DECIDE));
  }

  @Test
  void aCancelledNeedIsASuccessWhoeverCancelledIt() throws Exception {
    Envelope end = end(Outcome.REJECTED, Finalize.CANCELLED);
    assertThat(run().ended(NEED, end, "already, before this")).isEqualTo(ExitCode.OK);
    assertThat(invocation.out().strip())
        .isEqualTo("cancelled need=" + NEED.id() + " thread=" + NEED.threadId());
    assertThat(invocation.err()).isEmpty();
  }

  @Test
  void anotherEndIsAFailureThatSaysWhichOne() throws Exception {
    invocation.context().console().useJson();
    Envelope end = end(Outcome.EXPIRED, "DEADLINE");
    assertThat(run().ended(NEED, end, "before it could be cancelled")).isEqualTo(ExitCode.FAILED);
    assertThat(invocation.err())
        .contains(
            "NEED " + NEED.id() + " ended as EXPIRED (DEADLINE) before it could be cancelled;",
            "./swarm thread " + NEED.threadId());
    JsonNode summary = invocation.summary();
    assertThat(summary.get("ok").asBoolean()).isFalse();
    assertThat(summary.get("cancelled").asBoolean()).isFalse();
    assertThat(summary.get("outcome").asText()).isEqualTo("EXPIRED");
    assertThat(summary.get("reason").asText()).isEqualTo("DEADLINE");
    assertThat(summary.get("finalize_id").asText()).isEqualTo(end.id().text());
  }

  @Test
  void ofAnAcceptedNeedNoReasonIsSaid() throws Exception {
    assertThat(run().ended(NEED, RECORDED.message(Verb.FINALIZE), "already, before this"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(invocation.err()).contains("ended as ACCEPTED already, before this;");
    assertThat(invocation.out()).isEmpty();
  }
}
