package dev.canswarm.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An envelope is written once, with its hashes and its signature where they belong. */
class EnvelopeWriterTest {
  static List<Envelope> envelopes() {
    return SampleEnvelopes.all();
  }

  private static Envelope sign(JsonObject payload, EnvelopeLimits limits) {
    Draft draft = Draft.need(new ThreadId("thread-1"), "nonce", "c".repeat(64), payload);
    return new EnvelopeWriter(SampleEnvelopes.SWARM, draft, SampleEnvelopes.KEY, 5).sign(limits);
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void itsBytesAreTheCanonicalFormWithTheRightHashesAndSignature(Envelope envelope) {
    JsonObject object = StrictJson.parseObject(envelope.bytes());
    assertThat(CanonicalJson.write(object)).isEqualTo(envelope.bytes());
    assertThat(EnvelopeByTree.idOf(object)).isEqualTo(envelope.id().text());
    assertThat(EnvelopeByTree.payloadHashOf(object)).isEqualTo(envelope.payloadHash());
    assertThat(object.get("sig_b64"))
        .isEqualTo(new JsonString(Base64.getEncoder().encodeToString(envelope.signature())));
    byte[] signed = EnvelopeForm.of(envelope).signed();
    assertThat(
            SampleEnvelopes.ENGINE.verify(
                envelope.sender(), signed, 0, signed.length, envelope.signature()))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void theEnvelopeSaysWhatItsBytesSay(Envelope envelope) {
    Envelope read = SampleEnvelopes.codec(EnvelopeCache.none()).decode(envelope.bytes());
    assertThat(read)
        .usingRecursiveComparison()
        .ignoringFields("payload", "sender")
        .isEqualTo(envelope);
  }

  @Test
  void itKeepsNoScratchBytes() {
    Envelope first = sign(JsonObject.empty(), EnvelopeLimits.DEFAULT);
    byte[] before = first.bytes().clone();
    sign(JsonObject.builder().put("other", "payload").build(), EnvelopeLimits.DEFAULT);
    assertThat(first.bytes()).isEqualTo(before);
  }

  @Test
  void moreBytesThanAreAllowedAreRefused() {
    EnvelopeLimits limits = new EnvelopeLimits(1_000, 8);
    assertThat(sign(JsonObject.empty(), limits).bytes()).hasSizeLessThan(1_000);
    JsonObject large = JsonObject.builder().put("text", "x".repeat(1_000)).build();
    assertThatThrownBy(() -> sign(large, limits))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void aPayloadThatIsNestedTooDeeplyOrIsNotIJsonIsRefused() {
    EnvelopeLimits limits = new EnvelopeLimits(10_000, 3);
    JsonObject flat = object("{\"a\":{}}");
    assertThat(sign(flat, limits).payload()).isEqualTo(flat);
    assertThatThrownBy(() -> sign(object("{\"a\":{\"b\":{}}}"), limits))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED_JSON));
    JsonObject lone = JsonObject.builder().put("text", "\ud800").build();
    assertThatThrownBy(() -> sign(lone, EnvelopeLimits.DEFAULT))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("payload: ");
  }

  private static JsonObject object(String json) {
    return StrictJson.parseObject(json.getBytes(UTF_8));
  }
}
