package dev.canswarm.pipeline.wiring;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.http.Needs.Found;
import dev.canswarm.pipeline.reader.CheckedNeed;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Finalize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the API's document about a NEED. It shows only messages that {@link StoredCheck} has
 * verified, and names the others with the reason.
 */
final class NeedDocument {
  /** Messages shown of a NEED, the first by Lamport time. */
  static final int MESSAGES_MAX = 1_000;

  /** Most messages that are named as not verified. */
  static final int UNVERIFIED_MAX = 100;

  private static final Comparator<SlotRow> ORDER =
      Comparator.comparingLong(SlotRow::lamport).thenComparing(SlotRow::id);

  private NeedDocument() {}

  /**
   * Returns the document of a NEED. Its state is {@code unverified} if something fills the slot of
   * its FINALIZE that is not verified.
   *
   * @param rows all stored rows of the NEED; rows without a message are left out
   */
  static Found of(NeedId needId, List<SlotRow> rows, StoredCheck check) {
    ThreadId threadId = rows.isEmpty() ? ThreadId.NONE : rows.get(0).threadId();
    CheckedNeed checked = check.of(needId, threadId, rows);
    List<Message> messages =
        checked.view().messages().stream()
            .sorted(
                Comparator.<Message>comparingLong(message -> message.envelope().lamport())
                    .thenComparing(Message::id))
            .toList();
    JsonObject.Builder document = JsonObject.builder().put("need_id", needId.text());
    document.put("thread_id", threadId.text());
    Message need = checked.view().need();
    if (need != null) {
      document.put("created_ms", need.storedMillis()).put("payload", need.envelope().payload());
    }
    Message end = checked.view().finalized();
    document.put("state", state(end, rows));
    if (end != null) {
      end(document, end);
    }
    List<JsonValue> shown = new ArrayList<>();
    messages.stream().limit(MESSAGES_MAX).forEach(message -> shown.add(message(message)));
    document.put("messages", new JsonArray(shown));
    if (!checked.problems().isEmpty()) {
      document.put("unverified", unverified(rows, checked));
    }
    return new Found(end != null, document.build());
  }

  private static String state(@Nullable Message end, List<SlotRow> rows) {
    if (end != null) {
      return "ended";
    }
    return rows.stream().anyMatch(row -> row.slot().equals(Slot.FINALIZE.key()))
        ? "unverified"
        : "open";
  }

  private static JsonArray unverified(List<SlotRow> rows, CheckedNeed checked) {
    return new JsonArray(
        rows.stream()
            .filter(row -> !checked.problem(row).isEmpty())
            .sorted(ORDER)
            .limit(UNVERIFIED_MAX)
            .<JsonValue>map(
                row ->
                    JsonObject.builder()
                        .put("id", row.id())
                        .put("kind", row.kind())
                        .put("problem", checked.problem(row))
                        .build())
            .toList());
  }

  private static void end(JsonObject.Builder document, Message message) {
    Finalize end = message.as(Finalize.class);
    document
        .put("finalize_id", message.id().text())
        .put("outcome", end.outcome().name())
        .put("result_hash", end.resultHash())
        .put("ended_ms", message.storedMillis());
    if (end.reason() != null) {
      document.put("reason", end.reason());
    }
    List<JsonValue> results = new ArrayList<>();
    for (Finalize.Result result : end.results()) {
      results.add(
          JsonObject.builder()
              .put("task_id", result.taskId().text())
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
        .put("id", envelope.id().text())
        .put("kind", envelope.verb().name())
        .put("sender_pk_b64", envelope.sender().base64())
        .put("lamport", envelope.lamport())
        .put("parents", EnvelopeId.texts(envelope.parents()))
        .put("stored_ms", message.storedMillis())
        .build();
  }
}
