package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.http.Needs.Found;
import dev.canswarm.pipeline.reader.RecordedNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NeedDocumentTest {
  private final RecordedNeed recorded = RecordedNeed.ofOneTask();

  private JsonObject document(List<SlotRow> rows, boolean ended) {
    Found found = NeedDocument.of(recorded.needId(), rows, recorded.check());
    assertThat(found.ended()).isEqualTo(ended);
    return found.document();
  }

  private static List<String> texts(JsonObject document, String list, String member) {
    JsonValue all = Objects.requireNonNull(document.get(list));
    return ((JsonArray) all)
        .elements().stream()
            .map(each -> Objects.requireNonNull(((JsonObject) each).get(member)))
            .map(each -> ((JsonString) each).value())
            .toList();
  }

  @Test
  void anEndedNeedIsShownWithItsResult() {
    JsonObject document = document(recorded.rows(), true);
    assertThat(document.get("state")).isEqualTo(new JsonString("ended"));
    assertThat(document.get("thread_id")).isEqualTo(new JsonString("thread-1"));
    assertThat(document.get("payload")).isEqualTo(recorded.message(Verb.NEED).payload());
    assertThat(document.get("outcome")).isEqualTo(new JsonString("ACCEPTED"));
    assertThat(document.get("unverified")).isNull();
    assertThat(texts(document, "messages", "kind")).startsWith("NEED").endsWith("FINALIZE");
  }

  @Test
  void whatIsStoredOfAnOpenNeedIsShownAndWhatIsNoMessageIsNot() {
    RecordedNeed open = RecordedNeed.open();
    List<SlotRow> rows = open.rows();
    rows.add(
        SlotRow.at(open.needId().text(), "VERDICT/x/1")
            .id("v")
            .need(open.needId(), new ThreadId("thread-1"))
            .kind(SlotRow.VERDICT)
            .build());
    Found found = NeedDocument.of(open.needId(), rows, open.check());
    assertThat(found.ended()).isFalse();
    assertThat(found.document().get("state")).isEqualTo(new JsonString("open"));
    assertThat(found.document().get("outcome")).isNull();
    assertThat(texts(found.document(), "messages", "kind"))
        .startsWith("NEED")
        .doesNotContain("VERDICT");
  }

  /** Whoever can write to the table can put a message that was really signed under another NEED. */
  @Test
  void theEndOfAnotherNeedIsNotThisOnes() {
    Envelope other = RecordedNeed.ofTwoTasks().message(Verb.FINALIZE);
    assertUnverified(recorded.rowsWith(Slot.FINALIZE, other), other, "BAD_ID");
  }

  @Test
  void anEndByAStrangerIsNotShown() {
    Envelope forged = recorded.forgedEnd("stranger");
    assertUnverified(recorded.rowsWith(Slot.FINALIZE, forged), forged, "SENDER_NOT_AUTHORISED");
  }

  @Test
  void anEndThatDoesNotFollowIsNotShown() {
    Envelope forged = recorded.forgedEnd("coordinator");
    assertUnverified(recorded.rowsWith(Slot.FINALIZE, forged), forged, "NOT_DERIVED");
  }

  private void assertUnverified(List<SlotRow> rows, Envelope forged, String problem) {
    JsonObject document = document(rows, false);
    assertThat(document.get("state")).isEqualTo(new JsonString("unverified"));
    assertThat(document.get("outcome")).isNull();
    assertThat(document.get("results")).isNull();
    assertThat(texts(document, "messages", "id")).isNotEmpty().doesNotContain(forged.id().text());
    assertThat(texts(document, "unverified", "id")).containsExactly(forged.id().text());
    assertThat(texts(document, "unverified", "problem").get(0)).startsWith(problem);
  }

  @Test
  void aMessageThatIsNotWhatItsSenderSignedIsNotShown() {
    List<SlotRow> rows = new ArrayList<>();
    for (SlotRow row : recorded.rows()) {
      rows.add(row.kind().equals("NEED") ? changed(row) : row);
    }
    JsonObject document = document(rows, false);
    assertThat(document.get("payload")).isNull();
    assertThat(document.get("messages")).isEqualTo(new JsonArray(List.of()));
    assertThat(texts(document, "unverified", "problem").get(0)).startsWith("BAD_PAYLOAD_HASH");
  }

  private static SlotRow changed(SlotRow row) {
    String text = new String(row.bytes(), StandardCharsets.UTF_8);
    String other = text.replace("{\"n\":1}", "{\"n\":2}");
    assertThat(other).isNotEqualTo(text);
    return SlotRow.at(row.scope(), row.slot())
        .id(row.id())
        .need(row.needId(), row.threadId())
        .kind(row.kind())
        .time(row.lamport(), row.timestampNs())
        .bytes(other.getBytes(StandardCharsets.UTF_8))
        .build();
  }
}
