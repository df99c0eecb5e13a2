package dev.canswarm.pipeline.wiring;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.http.NeedMessages;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.FailureStore;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads all stored messages of a NEED as they are stored; the reader has to verify them.
 * Thread-safe.
 */
final class NodeMessages implements NeedMessages {
  /** Most bytes of messages in one document; of further messages it has only the kind. */
  static final int BYTES_MAX = 4 << 20;

  /** Most rows in one document, the first ones by Lamport time. */
  static final int ROWS_MAX = 2_000;

  private static final Comparator<SlotRow> ORDER =
      Comparator.comparingLong(SlotRow::lamport)
          .thenComparingLong(SlotRow::storedMillis)
          .thenComparing(SlotRow::id);

  private final SlotStore store;
  private final FailureStore failures;
  private final Scheduler compute;

  NodeMessages(SlotStore store, FailureStore failures, Scheduler compute) {
    this.store = store;
    this.failures = failures;
    this.compute = compute;
  }

  @Override
  public Mono<JsonObject> of(NeedId needId) {
    return Mono.zip(store.ofNeed(needId).filter(rows -> !rows.isEmpty()), failures.of(needId))
        .publishOn(compute)
        .map(all -> document(needId, new ArrayList<>(all.getT1()), all.getT2()));
  }

  private static JsonObject document(
      NeedId needId, List<SlotRow> rows, List<AttemptFailure> failures) {
    ThreadId threadId = rows.get(0).threadId();
    rows.removeIf(row -> row.kind().equals(SlotRow.WAIT));
    rows.sort(ORDER);
    List<JsonValue> messages = new ArrayList<>();
    long bytes = 0;
    for (SlotRow row : rows.subList(0, Math.min(ROWS_MAX, rows.size()))) {
      bytes += row.bytes().length;
      messages.add(message(row, bytes <= BYTES_MAX));
    }
    return JsonObject.builder()
        .put("need_id", needId.text())
        .put("thread_id", threadId.text())
        .put("complete", new JsonBoolean(bytes <= BYTES_MAX && rows.size() <= ROWS_MAX))
        .put("messages", new JsonArray(messages))
        .put("failures", new JsonArray(failures.stream().map(NodeMessages::failure).toList()))
        .build();
  }

  private static JsonValue message(SlotRow row, boolean whole) {
    JsonObject.Builder message =
        JsonObject.builder()
            .put("id", row.id())
            .put("kind", row.kind())
            .put("slot", row.slot())
            .put("sender_pk_b64", row.sender())
            .put("lamport", row.lamport())
            .put("stored_ms", row.storedMillis());
    if (whole) {
      content(row.bytes()).ifPresent(content -> message.put("content", content));
    }
    return message.build();
  }

  private static Optional<JsonObject> content(byte[] bytes) {
    try {
      return Optional.of(StrictJson.parseObject(bytes));
    } catch (JsonException | ShapeException damaged) {
      return Optional.empty();
    }
  }

  private static JsonValue failure(AttemptFailure failure) {
    return JsonObject.builder()
        .put("task_id", failure.taskId().text())
        .put("attempt", failure.attempt())
        .put("agent", failure.agent())
        .put("kind", failure.kind().name())
        .put("error", failure.error())
        .put("at_ms", failure.atMillis())
        .build();
  }
}
