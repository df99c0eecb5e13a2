package dev.canswarm.pipeline.cli.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.pipeline.cli.thread.AttemptErrors.Entry;
import dev.canswarm.pipeline.reader.CheckedNeed;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Yield;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttemptErrorsTest {
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final String AGENT = "QUJD".repeat(11);

  private static JsonObject.Builder payload() {
    return JsonObject.builder().put("task_id", TASK.text()).put("attempt", 2);
  }

  private static UnverifiedEnvelope envelope(Verb verb, JsonObject payload) {
    return new UnverifiedEnvelope(verb, "id", "thread", "need", 5, AGENT, List.of(), payload);
  }

  @Test
  void aYieldSaysWhyItsWorkerGaveUp() {
    UnverifiedEnvelope yield = envelope(Verb.YIELD, payload().put("error", "no such file").build());
    assertThat(AttemptErrors.said(yield))
        .hasValue(new Entry(TASK, 2, AGENT, "YIELD", "no such file"));
  }

  @Test
  void onlyAVerifiedMessageSaysWhatWentWrong() {
    RecordedNeed recorded = RecordedNeed.open();
    Envelope claim = recorded.message(Verb.CLAIM);
    JsonObject why = new Yield(Lease.parse(claim.payload()), "out of memory").toJson();
    Lease lease = Lease.parse(claim.payload());
    Slot end = Slot.end(lease.taskId(), lease.token());
    for (String who : List.of("worker-1", "worker-2", "stranger")) {
      boolean isHolder = recorded.key(who).publicKey().equals(claim.sender());
      List<SlotRow> rows = recorded.rowsWith(end, recorded.signed(who, Verb.YIELD, why, claim));
      CheckedNeed checked = recorded.check().of(recorded.needId(), claim.threadId(), rows);
      assertThat(AttemptErrors.said(checked, rows)).as(who).hasSize(isHolder ? 1 : 0);
    }
  }

  @Test
  void aVoteSaysItsVerdict() {
    UnverifiedEnvelope vote =
        envelope(Verb.ATTEST, payload().put("verdict", "REJECT").put("error", "wrong sum").build());
    assertThat(AttemptErrors.said(vote)).hasValue(new Entry(TASK, 2, AGENT, "REJECT", "wrong sum"));
  }

  @Test
  void anEnvelopeWithoutAnErrorSaysNothing() {
    assertThat(AttemptErrors.said(envelope(Verb.YIELD, payload().build()))).isEmpty();
  }

  @Test
  void anErrorWithoutAnAttemptIsNotOfATask() {
    JsonObject plan = JsonObject.builder().put("verdict", "REJECT").put("error", "cycle").build();
    assertThat(AttemptErrors.said(envelope(Verb.ATTEST, plan))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"YIELD", "ATTEST"},
      mode = EnumSource.Mode.EXCLUDE)
  void otherVerbsSayNothing(Verb verb) {
    JsonObject payload = payload().put("verdict", "ACCEPT").put("error", "words").build();
    assertThat(AttemptErrors.said(envelope(verb, payload))).isEmpty();
  }

  @Test
  void whatWouldControlATerminalIsReplaced() {
    UnverifiedEnvelope yield =
        envelope(Verb.YIELD, payload().put("error", "a\nb\u001b[2J").build());
    assertThat(AttemptErrors.said(yield))
        .hasValueSatisfying(said -> assertThat(said.error()).isEqualTo("a | b\ufffd[2J"));
  }

  @Test
  void aLineHasShortIdsAndTheNamesThatAreKnown() {
    Entry failed = new Entry(TASK, 1, AGENT, "failed", "no room");
    assertThat(failed.line(Map.of(AGENT, "worker-1")))
        .endsWith(", attempt 1, worker-1 failed: no room")
        .doesNotContain(TASK.text());
    assertThat(failed.line(Map.of())).doesNotContain(AGENT);
    assertThat(failed.members(Map.of()))
        .contains(entry("task_id", TASK.text()), entry("agent", AGENT), entry("what", "failed"));
  }
}
