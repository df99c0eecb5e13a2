package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeIdsTest {
  private final JsonNode vectors = SpecVectors.read("envelopes");

  @Test
  void aResultHasTheHashOfTheSpecification() {
    JsonObject result =
        StrictJson.parseObject(vectors.get("result").toString().getBytes(StandardCharsets.UTF_8));
    assertThat(EnvelopeIds.resultHash(result)).isEqualTo(vectors.get("result_hash").asText());
  }

  @Test
  void aPayloadHashIsOfTheCanonicalForm() {
    assertThat(EnvelopeIds.payloadHash(JsonObject.empty()))
        .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A.z_9:-", "intake-0-42", "."})
  void threadIdsOfTheAlphabetAreTaken(String text) {
    assertThat(EnvelopeIds.isThreadId(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "é", "a\u0000", "\u0661", "{", "@", "[", "`"})
  void otherThreadIdsAreNot(String text) {
    assertThat(EnvelopeIds.isThreadId(text)).isFalse();
    assertThat(EnvelopeIds.isThreadId("t".repeat(128))).isTrue();
    assertThat(EnvelopeIds.isThreadId("t".repeat(129))).isFalse();
  }
}
