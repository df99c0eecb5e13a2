package dev.canswarm.pipeline.wiring;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.http.Needs.Found;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.payload.Finalize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Builds the API's document about a NEED. Every message is verified before it is shown. */
final class NeedDocument {
  /** Messages shown of a NEED, the first by Lamport time. */
  static final int MESSAGES_MAX = 1_000;

  private static final List<String> VERBS =
      Arrays.stream(Verb.values()).map(Verb::name).collect(Collectors.toList());

  private NeedDocument() {}

  private record Message(Envelope envelope, SlotRow row) {}

  /**
   * Returns the document of a NEED.
   *
   * @param rows all stored rows of the NEED; rows without a message are left out
   * @throws dev.canswarm.envelope.RefusedException if a stored message is not what its sender
   *     signed
   */
  static Found of(NeedId needId, List<SlotRow> rows, EnvelopeCodec codec) {
    List<Message> messages =
        rows.stream()
            .filter(row -> VERBS.contains(row.kind()))
            .sorted(Comparator.comparingLong(SlotRow::lamport).thenComparing(SlotRow::id))
            .map(row -> new Message(codec.decodeAndVerify(row.bytes()), row))
            .toList();
    JsonObject.Builder document = JsonObject.builder().put("need_id", needId.text());
    rows.stream().findFirst().ifPresent(row -> document.put("thread_id", row.threadId()));
    Optional<Message> need = last(messages, Verb.NEED);
    need.ifPresent(
        message ->
            document
                .put("created_ms", message.row().storedMillis())
                .put("payload", message.envelope().payload()));
    Optional<Message> end = last(messages, Verb.FINALIZE);
    document.put("state", end.isPresent() ? "ended" : "open");
    end.ifPresent(message -> end(document, message));
    List<JsonValue> shown = new ArrayList<>();
    messages.stream().limit(MESSAGES_MAX).forEach(message -> shown.add(message(message)));
    document.put("messages", new JsonArray(shown));
    return new Found(end.isPresent(), document.build());
  }

  private static Optional<Message> last(List<Message> messages, Verb verb) {
    return messages.stream()
        .filter(message -> message.envelope().verb() == verb)
        .reduce((first, second) -> second);
  }

  private static void end(JsonObject.Builder document, Message message) {
    Finalize end = Finalize.parse(message.envelope().payload());
    document
        .put("finalize_id", message.envelope().id())
        .put("outcome", end.outcome().name())
        .put("result_hash", end.resultHash())
        .put("ended_ms", message.row().storedMillis());
    if (end.reason() != null) {
      document.put("reason", end.reason());
    }
    List<JsonValue> results = new ArrayList<>();
    for (Finalize.Result result : end.results()) {
      results.add(
          JsonObject.builder()
              .put("task_id", result.taskId())
              .put("task_type", result.taskType())
              .put("artifact", result.artifact())
              .put("href", "/v1/artifacts/" + result.artifact())
              .build());
    }
    document.put("results", new JsonArray(results));
  }

  private static JsonObject message(Message message) {
    Envelope envelope = message.envelope();
    return JsonObject.builder()
        .put("id", envelope.id())
        .put("kind", envelope.verb().name())
        .put("sender_pk_b64", envelope.sender().base64())
        .put("lamport", envelope.lamport())
        .put("parents", envelope.parents())
        .put("stored_ms", message.row().storedMillis())
        .build();
  }
}
