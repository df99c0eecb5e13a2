package dev.canswarm.pipeline.http;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.FeedEvent;
import dev.canswarm.pipeline.follow.FollowedRow;
import dev.canswarm.pipeline.follow.MessageText;
import dev.canswarm.pipeline.follow.Rates;
import dev.canswarm.port.SlotRow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes events as text ("Server-sent events" of the HTML standard). A message is an event of the
 * default type; a mark has only an id, which updates the client's last id and triggers no event;
 * rates are of type {@code rates}, a change of the sample of type {@code sampled}, and both have no
 * id. Data is canonical JSON, which has no line breaks.
 */
final class EventFrames {
  private EventFrames() {}

  /** Writes events that are sent together. */
  static byte[] of(List<FeedEvent> events) {
    if (events.size() == 1) {
      return of(events.get(0));
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    events.forEach(event -> all.writeBytes(of(event)));
    return all.toByteArray();
  }

  /** Writes an event; the result must not be modified. */
  static byte[] of(FeedEvent event) {
    if (event instanceof FeedEvent.Said said) {
      return said.text(EventFrames::said);
    }
    if (event instanceof FeedEvent.Mark mark) {
      return utf8(":\nid: " + mark.position() + "\n\n");
    }
    if (event instanceof FeedEvent.Sampled sampled) {
      return frame(
          "event: sampled\ndata: ", JsonObject.builder().put("one_of", sampled.oneOf()).build());
    }
    return frame("event: rates\ndata: ", data(((FeedEvent.Rate) event).rates()));
  }

  private static byte[] said(FollowedRow entry) {
    return frame("id: " + entry.position() + "\ndata: ", data(entry));
  }

  private static byte[] frame(String head, JsonObject data) {
    byte[] before = utf8(head);
    byte[] json = CanonicalJson.write(data);
    byte[] frame = new byte[before.length + json.length + 2];
    System.arraycopy(before, 0, frame, 0, before.length);
    System.arraycopy(json, 0, frame, before.length, json.length);
    frame[frame.length - 2] = '\n';
    frame[frame.length - 1] = '\n';
    return frame;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonObject data(FollowedRow entry) {
    JsonObject.Builder data =
        JsonObject.builder()
            .put("id", entry.id())
            .put("kind", entry.kind())
            .put("need_id", SlotRow.needText(entry.needId(), entry.kind()))
            .put("thread_id", entry.threadId().text())
            .put("sender_pk_b64", entry.sender())
            .put("lamport", entry.lamport())
            .put("stored_ms", entry.storedMillis());
    MessageText text = entry.text();
    switch (entry.kind()) {
      case MessageText.NEED -> data.put("task_types", text.taskTypes());
      case MessageText.FINALIZE -> {
        data.put("outcome", text.outcome());
        if (!text.reason().isEmpty()) {
          data.put("reason", text.reason());
        }
      }
      case MessageText.DEAD_LETTER -> data.put("source", entry.slot()).put("reason", text.reason());
      default -> {
        // Other messages have no members beyond the kind.
      }
    }
    return data.build();
  }

  private static JsonObject data(Rates rates) {
    return JsonObject.builder()
        .put("span_ms", rates.spanMillis())
        .put("began", rates.began())
        .put("accepted", rates.accepted())
        .put("rejected", rates.rejected())
        .put("expired", rates.expired())
        .put("dead_letters", rates.refused())
        .put("timed", rates.timed())
        .put("median_ms", rates.medianMillis())
        .put("p95_ms", rates.p95Millis())
        .build();
  }
}
