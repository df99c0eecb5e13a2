package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.http.OpenApi;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.memory.MemoryFailureStore;
import dev.canswarm.port.memory.MemorySlotStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class NodeMessagesTest {
  private static final NeedId NEED = new NeedId("ab".repeat(32));
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final MemorySlotStore store = new MemorySlotStore(() -> 7);
  private final MemoryFailureStore failures = new MemoryFailureStore();
  private final NodeMessages messages = new NodeMessages(store, failures, Schedulers.immediate());
  private final List<SlotRow> rows = new ArrayList<>();

  private static String id(int number) {
    return "%064x".formatted(number);
  }

  private void row(String id, String kind, long lamport, String bytes) {
    String scope = kind.equals("NEED") ? "thread-1" : NEED.text();
    rows.add(
        SlotRow.at(scope, kind + "/" + id)
            .id(id)
            .need(NEED, new ThreadId("thread-1"))
            .kind(kind)
            .sender("key")
            .time(lamport, 1)
            .bytes(bytes.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  private JsonNode read() throws Exception {
    StoredRows.fill(store, rows).block(TIMEOUT);
    JsonObject document = messages.of(NEED).blockOptional(TIMEOUT).orElseThrow();
    JsonNode read = new ObjectMapper().readTree(CanonicalJson.write(document));
    OpenApi.load().checkSchema("Messages", read);
    return read;
  }

  @Test
  void ofANeedOfWhichNothingIsStoredThereIsNoDocument() {
    assertThat(messages.of(NEED).blockOptional(TIMEOUT)).isEmpty();
  }

  @Test
  void allMessagesAreThereInLamportOrderAndNoWaits() throws Exception {
    row(id(3), "DECIDE", 3, "{\"kind\":\"DECIDE\"}");
    row(id(2), "PROPOSE", 2, "{\"kind\":\"PROPOSE\"}");
    row(NEED.text(), "NEED", 1, "{\"kind\":\"NEED\"}");
    row(id(4), SlotRow.WAIT, 2, "{}");
    row(id(5), SlotRow.VERDICT, 4, "{}");
    JsonNode document = read();
    assertThat(document.get("need_id").asText()).isEqualTo(NEED.text());
    assertThat(document.get("thread_id").asText()).isEqualTo("thread-1");
    assertThat(document.get("complete").asBoolean()).isTrue();
    assertThat(document.get("messages"))
        .extracting(message -> message.get("kind").asText())
        .containsExactly("NEED", "PROPOSE", "DECIDE", "VERDICT");
    assertThat(document.at("/messages/0/content/kind").asText()).isEqualTo("NEED");
    assertThat(document.at("/messages/0/stored_ms").asLong()).isEqualTo(7);
  }

  @Test
  void whatIsNoJsonHasNoContent() throws Exception {
    row(NEED.text(), "NEED", 1, "not json");
    assertThat(read().at("/messages/0").has("content")).isFalse();
  }

  @Test
  void beyondTheBytesThatFitMessagesHaveNoContentAndTheDocumentSaysSo() throws Exception {
    row(NEED.text(), "NEED", 1, "{}");
    row(id(2), "PROPOSE", 2, "{\"x\":\"" + "x".repeat(NodeMessages.BYTES_MAX) + "\"}");
    row(id(3), "DECIDE", 3, "{}");
    JsonNode document = read();
    assertThat(document.get("complete").asBoolean()).isFalse();
    assertThat(document.get("messages"))
        .extracting(message -> message.has("content"))
        .containsExactly(true, false, false);
  }

  @Test
  void beyondTheRowsThatFitMessagesAreLeftOutAndTheDocumentSaysSo() throws Exception {
    row(NEED.text(), "NEED", 1, "{}");
    for (int i = 0; i < NodeMessages.ROWS_MAX; i++) {
      row(id(i), "ATTEST", 2, "{}");
    }
    JsonNode document = read();
    assertThat(document.get("complete").asBoolean()).isFalse();
    assertThat(document.get("messages")).hasSize(NodeMessages.ROWS_MAX);
  }

  @Test
  void whatEndedAttemptsIsToldToo() throws Exception {
    row(NEED.text(), "NEED", 1, "{}");
    failures
        .keep(
            new AttemptFailure(
                NEED, new TaskId("task"), 2, "agent", AttemptFailure.Kind.FAILED, "exit code 3", 9))
        .block(TIMEOUT);
    JsonNode failure = read().at("/failures/0");
    assertThat(failure.get("task_id").asText()).isEqualTo("task");
    assertThat(failure.get("attempt").asInt()).isEqualTo(2);
    assertThat(failure.get("kind").asText()).isEqualTo("FAILED");
    assertThat(failure.get("error").asText()).isEqualTo("exit code 3");
  }
}
