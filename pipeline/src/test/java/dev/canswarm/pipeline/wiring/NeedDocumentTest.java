package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.pipeline.http.Needs.Found;
import dev.canswarm.port.SlotRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NeedDocumentTest {
  private final EnvelopeCodec codec =
      new EnvelopeCodec("can-swarm", Engines.portable(), EnvelopeLimits.DEFAULT);
  private final Envelope need =
      codec.sign(
          Draft.need(
              "thread-1",
              "nonce",
              "00".repeat(32),
              JsonObject.builder().put("task_type", "a").put("input", "<b>").build()),
          TestSwarm.key("client"),
          1);

  @Test
  void storedMessagesOfAnOpenNeedAreShownAndOtherRowsAreNot() {
    SlotRow verdict =
        SlotRow.at(need.id(), "VERDICT/x/1")
            .id("v")
            .need(new NeedId(need.id()), "thread-1")
            .kind(SlotRow.VERDICT)
            .build();
    Found found =
        NeedDocument.of(new NeedId(need.id()), List.of(row(need.bytes()), verdict), codec);
    assertThat(found.ended()).isFalse();
    JsonObject document = found.document();
    assertThat(document.get("state")).isEqualTo(new JsonString("open"));
    assertThat(document.get("thread_id")).isEqualTo(new JsonString("thread-1"));
    assertThat(document.get("payload")).isEqualTo(need.payload());
    assertThat(document.get("outcome")).isNull();
    assertThat(document.get("messages"))
        .isInstanceOfSatisfying(
            JsonArray.class,
            messages ->
                assertThat(messages.elements())
                    .singleElement()
                    .isInstanceOfSatisfying(
                        JsonObject.class,
                        message ->
                            assertThat(message.get("id")).isEqualTo(new JsonString(need.id()))));
  }

  @Test
  void aMessageThatIsNotWhatItsSenderSignedIsNotShown() {
    byte[] changed = need.bytes().clone();
    int at = new String(changed, StandardCharsets.UTF_8).indexOf("<b>");
    changed[at + 1] = 'c';
    assertThatThrownBy(() -> NeedDocument.of(new NeedId(need.id()), List.of(row(changed)), codec))
        .isInstanceOf(RefusedException.class);
  }

  private SlotRow row(byte[] bytes) {
    return SlotRow.at("thread-1", "NEED/" + need.id())
        .id(need.id())
        .need(new NeedId(need.id()), "thread-1")
        .kind("NEED")
        .time(1, 1)
        .bytes(bytes)
        .build()
        .storedAt(5);
  }
}
