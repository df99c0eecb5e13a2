package dev.canswarm.pipeline.cli.raw;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.kafka.MessageCheck.Standing;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a record is shown. */
class RawRunTest {
  private static final byte[] BINARY = {(byte) 0xff, 0};

  private final Path home;
  private Invocation invocation;

  RawRunTest(@TempDir Path home) {
    this.home = home;
    this.invocation = new Invocation(home, Map.of());
  }

  private void show(byte @Nullable [] key, byte @Nullable [] value, @Nullable Standing standing) {
    RawRun.show(
        invocation.context().console(),
        new ConsumerRecord<>("swarm.test", 3, 17, key, value),
        standing);
  }

  private JsonNode shown(
      byte @Nullable [] key, byte @Nullable [] value, @Nullable Standing standing)
      throws Exception {
    invocation = new Invocation(home, Map.of());
    invocation.context().console().useJson();
    show(key, value, standing);
    return invocation.objects().get(0);
  }

  @Test
  void aValueIsALineOfItsOwnBytes() {
    show(null, "é".getBytes(UTF_8), null);
    show(null, null, null);
    assertThat(invocation.out()).isEqualTo("é" + System.lineSeparator() + System.lineSeparator());
  }

  @Test
  void withVerificationTheVerdictComesFirst() {
    show(null, "a".getBytes(UTF_8), new Standing(""));
    show(null, "b".getBytes(UTF_8), new Standing("BAD_SHAPE: \u001b[2J"));
    assertThat(invocation.out().lines())
        .containsExactly("VERIFIED", "a", "NOT VERIFIED  BAD_SHAPE: \\u001b[2J", "b");
  }

  @Test
  void textIsTextAndOtherBytesAreBase64UnderAnotherName() throws Exception {
    JsonNode text = shown("k".getBytes(UTF_8), "v".getBytes(UTF_8), null);
    assertThat(text.get("topic").asText()).isEqualTo("swarm.test");
    assertThat(text.get("partition").asInt()).isEqualTo(3);
    assertThat(text.get("offset").asInt()).isEqualTo(17);
    assertThat(text.get("key").asText()).isEqualTo("k");
    assertThat(text.get("value").asText()).isEqualTo("v");
    assertThat(text.has("verified")).isFalse();
    JsonNode binary = shown(BINARY, BINARY, null);
    assertThat(binary.get("key_b64").asText()).isEqualTo("/wA=");
    assertThat(binary.get("value_b64").asText()).isEqualTo("/wA=");
    assertThat(binary.has("key") || binary.has("value")).isFalse();
  }

  @Test
  void whatIsMissingIsNotAnEmptyText() throws Exception {
    assertThat(shown(null, null, null).properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("type", "topic", "partition", "offset");
    assertThat(shown(new byte[0], new byte[0], null).get("value").asText()).isEmpty();
  }

  @Test
  void aProblemIsSaidOnlyOfWhatIsNotVerified() throws Exception {
    JsonNode good = shown(null, null, new Standing(""));
    assertThat(good.get("verified").asBoolean()).isTrue();
    assertThat(good.has("problem")).isFalse();
    JsonNode bad = shown(null, null, new Standing("NOT_STORED: its slot is free"));
    assertThat(bad.get("verified").asBoolean()).isFalse();
    assertThat(bad.get("problem").asText()).startsWith("NOT_STORED");
  }
}
