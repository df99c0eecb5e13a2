package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads an envelope the plain way, as the specification says: through the tree, with every form
 * written by the general writer. What the codec does over bytes has to come to the same.
 */
final class EnvelopeByTree {
  private static final List<String> NOT_IDENTIFIED =
      List.of("id", "payload", "sig_b64", "timestamp_ns");

  private final String swarmId;
  private final EnvelopeLimits limits;

  EnvelopeByTree(String swarmId, EnvelopeLimits limits) {
    this.swarmId = swarmId;
    this.limits = limits;
  }

  /** Checks that a codec reads, or refuses, the bytes alike, and says whether it read them. */
  boolean agrees(EnvelopeCodec codec, byte[] bytes) {
    JsonObject object;
    try {
      object = read(bytes);
    } catch (RefusedException refusal) {
      assertThatThrownBy(() -> codec.decode(bytes))
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.reason()).isEqualTo(refusal.reason()))
          .hasMessage(refusal.detail());
      return false;
    }
    Envelope envelope = codec.decode(bytes);
    assertThat(envelope.bytes()).isEqualTo(CanonicalJson.write(object));
    assertThat(membersOf(envelope)).isEqualTo(without(object, List.of("sig_b64", "v")));
    assertThat(codec.decode(envelope.bytes()).bytes()).isSameAs(envelope.bytes());
    return true;
  }

  private JsonObject read(byte[] bytes) {
    limits.check(bytes.length);
    JsonObject object = object(bytes);
    try {
      EnvelopeReader.check(object, swarmId);
    } catch (ShapeException e) {
      throw new RefusedException(Reason.BAD_SHAPE, String.valueOf(e.getMessage()), e);
    }
    expect(Reason.BAD_ID, "id", idOf(object), object);
    expect(Reason.BAD_PAYLOAD_HASH, "payload_hash", payloadHashOf(object), object);
    limits.check(CanonicalJson.write(object).length);
    return object;
  }

  private JsonObject object(byte[] bytes) {
    try {
      if (StrictJson.parse(bytes, limits.json()) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonException e) {
      throw new RefusedException(Reason.MALFORMED_JSON, String.valueOf(e.getMessage()), e);
    }
    throw FieldRules.refused(Reason.BAD_SHAPE, "envelope", "an object", "another JSON value");
  }

  private static void expect(Reason reason, String name, String expected, JsonObject object) {
    String actual = new ObjectReader(object, "envelope").requiredString(name);
    if (!expected.equals(actual)) {
      throw FieldRules.refused(reason, name, expected, actual);
    }
  }

  /** What its id has to be. */
  static String idOf(JsonObject envelope) {
    byte[] identified = CanonicalJson.write(without(envelope, NOT_IDENTIFIED));
    return Sha256.hexTagged("can-swarm/id/v1", identified);
  }

  /** What its payload's hash has to be. */
  static String payloadHashOf(JsonObject envelope) {
    JsonValue payload = new ObjectReader(envelope, "envelope").required("payload");
    return Sha256.hex(CanonicalJson.write(payload));
  }

  private static JsonObject without(JsonObject object, List<String> names) {
    var members = new TreeMap<String, JsonValue>(object.members());
    members.keySet().removeAll(names);
    return new JsonObject(members);
  }

  private static JsonObject membersOf(Envelope envelope) {
    var object =
        JsonObject.builder()
            .put("id", envelope.id().text())
            .put("swarm_id", envelope.swarmId())
            .put("thread_id", envelope.threadId().text())
            .put("kind", envelope.verb().name())
            .put("lamport", envelope.lamport())
            .put("sender_pk_b64", envelope.sender().base64())
            .put("parents", EnvelopeId.texts(envelope.parents()))
            .put("policy_engine_hash", envelope.policyHash())
            .put("payload_hash", envelope.payloadHash())
            .put("timestamp_ns", String.valueOf(envelope.timestampNs()))
            .put("payload", new JsonObject(envelope.payload().members()));
    if (envelope.needId() != null) {
      object.put("need_id", envelope.need().text());
    }
    if (envelope.nonce() != null) {
      object.put("nonce", envelope.nonce());
    }
    return object.build();
  }
}
