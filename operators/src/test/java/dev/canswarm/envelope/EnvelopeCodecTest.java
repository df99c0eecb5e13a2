package dev.canswarm.envelope;

import static dev.canswarm.envelope.Drafts.draftOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNull;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.json.StrictJson;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeCodecTest {
  private static final JsonNode ACCEPTED = SpecVectors.read("envelopes");
  private static final JsonNode REFUSED = SpecVectors.read("refused-envelopes");
  private static final String HASH = "0".repeat(64);

  private final String swarmId = ACCEPTED.get("swarm_id").asText();
  private final EnvelopeCodec codec = codec(EnvelopeLimits.DEFAULT);
  private final SigningKey key =
      Engines.portable().signingKey(HexFormat.of().parseHex(ACCEPTED.get("seed").asText()));

  @ParameterizedTest
  @MethodSource("accepted")
  void envelopesOfTheSpecificationAreReadAndVerified(JsonNode row) {
    Envelope envelope = codec.decodeAndVerify(SpecVectors.input(row));
    assertThat(envelope.id().text()).isEqualTo(row.get("id").asText());
    assertThat(new String(envelope.bytes(), UTF_8)).isEqualTo(row.get("canonical").asText());
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void envelopesOfTheSpecificationAreSignedWithTheSameBytes(JsonNode row) {
    Envelope read = codec.decode(SpecVectors.input(row));
    if (read.sender().equals(key.publicKey())) {
      assertThat(codec.sign(draftOf(read), key, read.timestampNs())).isEqualTo(read);
    } else {
      SigningKey other = Engines.portable().signingKey(new byte[32]);
      assertThat(codec.sign(draftOf(read), other, read.timestampNs())).isEqualTo(read);
    }
  }

  static List<JsonNode> accepted() {
    return SpecVectors.rows(ACCEPTED.get("envelopes"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void envelopesThatTheSpecificationRefusesAreRefusedForItsReason(JsonNode row) {
    var limited = codec(new EnvelopeLimits(REFUSED.get("bytes_max").asInt(), 64));
    var refusal =
        catchThrowableOfType(
            RefusedException.class, () -> limited.decodeAndVerify(SpecVectors.input(row)));
    assertThat(refusal).as(row.get("comment").asText()).isNotNull();
    assertThat(refusal.reason()).as(refusal.detail()).hasToString(row.get("reason").asText());
    assertThat(refusal.detail()).contains("expected");
    assertThat(refusal.detail()).hasSizeLessThan(500);
  }

  static List<JsonNode> refused() {
    return SpecVectors.rows(REFUSED.get("envelopes"));
  }

  @Test
  void everyReasonThatTheCodecGivesIsAmongTheRefused() {
    var reasons = new TreeSet<String>();
    refused().forEach(row -> reasons.add(row.get("reason").asText()));
    assertThat(reasons)
        .containsExactly(
            "BAD_ID",
            "BAD_LAMPORT",
            "BAD_PAYLOAD_HASH",
            "BAD_SHAPE",
            "BAD_SIGNATURE",
            "BAD_THREAD_ID",
            "MALFORMED_JSON",
            "TOO_LARGE",
            "UNKNOWN_KIND",
            "WRONG_SWARM");
  }

  @Test
  void aRefusalSaysWhereAndWhatWasExpected() {
    Envelope need = codec.sign(need(new ThreadId("t"), "n", JsonObject.empty()), key, 1);
    String text = new String(need.bytes(), UTF_8);
    assertRefused(
        text.replace("\"payload\":{}", "\"payload\":{\"x\":1}"),
        Reason.BAD_PAYLOAD_HASH,
        "payload_hash: expected "
            + EnvelopeIds.payloadHash(JsonObject.builder().put("x", 1).build())
            + ", got "
            + need.payloadHash());
    assertRefused(
        text.replace("\"timestamp_ns\":\"1\"", "\"timestamp_ns\":1"),
        Reason.BAD_SHAPE,
        "envelope/timestamp_ns: expected a string, got 1");
    assertRefused(
        text.replace("\"kind\":\"NEED\"", "\"kind\":\"WANT\""),
        Reason.UNKNOWN_KIND,
        "kind: expected one of [NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST, FINALIZE, YIELD,"
            + " RELEASE, CANCEL, CONTROL], got WANT");
    assertRefused(
        text.substring(0, 10),
        Reason.MALFORMED_JSON,
        "TRUNCATED at byte 10: expected the end of a string, got the end of the input");
  }

  @Test
  void theTimeOfSigningIsSignedButChangesNoId() {
    Draft draft = need(new ThreadId("t"), "n", JsonObject.empty());
    Envelope early = codec.sign(draft, key, 1);
    Envelope late = codec.sign(draft, key, 2);
    assertThat(late.id()).isEqualTo(early.id());
    assertThat(late).isNotEqualTo(early);
    assertThat(late.signature()).isNotEqualTo(early.signature());
  }

  @Test
  void whatIsSignedIsWhatDecodeReturns() {
    Envelope signed = codec.sign(need(new ThreadId("t"), "n", JsonObject.empty()), key, 1);
    Envelope read = codec.decodeAndVerify(signed.bytes());
    assertThat(read)
        .usingRecursiveComparison()
        .withEqualsForType(Object::equals, JsonObject.class)
        .withEqualsForType(Object::equals, PublicKey.class)
        .withStrictTypeChecking()
        .isEqualTo(signed);
    assertThat(CanonicalJson.write(StrictJson.parse(signed.bytes()))).isEqualTo(signed.bytes());
  }

  @Test
  void aPayloadCanBeErasedAndTheSignatureStillVerifies() {
    Envelope e =
        codec.sign(need(new ThreadId("t"), "n", JsonObject.builder().put("x", 1).build()), key, 1);
    var erased = Envelopes.altered(e, e.threadId(), JsonObject.empty());
    codec.verify(erased);
    assertThat(erased.payload()).isNotEqualTo(e.payload());
  }

  @ParameterizedTest
  @ValueSource(ints = {63, 64})
  void nestingIsBoundedAlikeForSigningAndReading(int levels) {
    JsonValue value = JsonNull.INSTANCE;
    for (int i = 0; i < levels - 1; i++) {
      value = new JsonArray(List.of(value));
    }
    JsonObject payload = JsonObject.builder().put("x", value).build();
    if (levels + 1 <= EnvelopeLimits.DEFAULT_DEPTH_MAX) {
      assertThat(
              codec
                  .decode(codec.sign(need(new ThreadId("t"), "n", payload), key, 1).bytes())
                  .payload())
          .isEqualTo(payload);
    } else {
      assertThatThrownBy(() -> codec.sign(need(new ThreadId("t"), "n", payload), key, 1))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED_JSON));
    }
  }

  @Test
  void aDraftThatWouldNotBeReadIsNotSigned() {
    JsonObject none = JsonObject.empty();
    refusesToSign(Reason.BAD_THREAD_ID, need(new ThreadId("a b"), "n", none), 1);
    refusesToSign(Reason.BAD_SHAPE, need(new ThreadId("t"), "", none), 1);
    refusesToSign(Reason.BAD_SHAPE, need(new ThreadId("t"), null, none), 1);
    refusesToSign(Reason.BAD_SHAPE, need(new ThreadId("t"), "n", none), -1);
    refusesToSign(Reason.BAD_SHAPE, draft(Verb.NEED, HASH, 1, List.of(), "n"), 1);
    refusesToSign(
        Reason.BAD_SHAPE, draft(Verb.NEED, null, 2, List.of(new EnvelopeId(HASH)), "n"), 1);
    refusesToSign(Reason.BAD_LAMPORT, draft(Verb.NEED, null, 2, List.of(), "n"), 1);
    refusesToSign(
        Reason.BAD_SHAPE, draft(Verb.COMMIT, null, 2, List.of(new EnvelopeId(HASH)), null), 1);
    refusesToSign(
        Reason.BAD_SHAPE, draft(Verb.COMMIT, HASH, 2, List.of(new EnvelopeId(HASH)), "n"), 1);
    refusesToSign(
        Reason.BAD_SHAPE, draft(Verb.COMMIT, HASH, 2, List.of(new EnvelopeId("x")), null), 1);
    refusesToSign(
        Reason.BAD_SHAPE, draft(Verb.COMMIT, HASH, 0, List.of(new EnvelopeId(HASH)), null), 1);
    refusesToSign(
        Reason.BAD_SHAPE,
        draft(Verb.COMMIT, HASH, 1L << 53, List.of(new EnvelopeId(HASH)), null),
        1);
    refusesToSign(
        Reason.BAD_LAMPORT, draft(Verb.COMMIT, HASH, 1, List.of(new EnvelopeId(HASH)), null), 1);
    JsonObject large = JsonObject.builder().put("x", "x".repeat(1_000_000)).build();
    refusesToSign(Reason.TOO_LARGE, need(new ThreadId("t"), "n", large), 1);
    JsonObject surrogate = JsonObject.builder().put("x", "\ud800").build();
    refusesToSign(Reason.MALFORMED_JSON, need(new ThreadId("t"), "n", surrogate), 1);
  }

  @Test
  void anEnvelopeAsLargeAsTheLimitIsReadAndOneLargerIsNot() {
    Envelope need = codec.sign(need(new ThreadId("t"), "n", JsonObject.empty()), key, 1);
    int length = need.bytes().length;
    assertThat(codec(new EnvelopeLimits(length, 64)).decode(need.bytes())).isEqualTo(need);
    var tooSmall = codec(new EnvelopeLimits(length - 1, 64));
    assertThatThrownBy(() -> tooSmall.decode(need.bytes()))
        .isInstanceOf(RefusedException.class)
        .hasMessage("envelope: expected at most %d bytes, got %d", length - 1, length);
  }

  @Test
  void aSwarmMustHaveANameThatCanBeWrittenAnywhere() {
    for (String name : List.of("", "a b", "x".repeat(129))) {
      assertThatThrownBy(() -> new EnvelopeCodec(name, Engines.portable(), EnvelopeLimits.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private void refusesToSign(Reason reason, Draft draft, long timestampNs) {
    var refusal =
        catchThrowableOfType(RefusedException.class, () -> codec.sign(draft, key, timestampNs));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).as(refusal.detail()).isEqualTo(reason);
  }

  private void assertRefused(String text, Reason reason, String detail) {
    var refusal =
        catchThrowableOfType(
            RefusedException.class, () -> codec.decodeAndVerify(text.getBytes(UTF_8)));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.detail()).isEqualTo(detail);
  }

  private EnvelopeCodec codec(EnvelopeLimits limits) {
    return new EnvelopeCodec(swarmId, Engines.portable(), limits);
  }

  private static Draft need(ThreadId threadId, @Nullable String nonce, JsonObject payload) {
    return Draft.builder(Verb.NEED, threadId)
        .nonce(nonce)
        .policyHash(HASH)
        .payload(payload)
        .build();
  }

  private static Draft draft(
      Verb verb,
      @Nullable String needId,
      long lamport,
      List<EnvelopeId> parents,
      @Nullable String nonce) {
    return Draft.builder(verb, new ThreadId("t"))
        .need(needId == null ? null : new NeedId(needId))
        .lamport(lamport)
        .parents(parents)
        .nonce(nonce)
        .policyHash(HASH)
        .build();
  }
}
