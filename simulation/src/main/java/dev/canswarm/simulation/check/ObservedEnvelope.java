package dev.canswarm.simulation.check;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An envelope as the checkers parse it, independently of the product's codec.
 *
 * @param needId the NEED's own id for a NEED
 */
record ObservedEnvelope(
    String id,
    Verb verb,
    String needId,
    String thread,
    String sender,
    List<String> parents,
    JsonObject fields,
    JsonObject payload) {

  private static final String TAG = "can-swarm/envelope/v1\0";

  /** Parses the bytes; returns null if they are not an envelope. */
  static @Nullable ObservedEnvelope of(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      JsonObject fields = StrictJson.parseObject(bytes);
      ObjectReader in = new ObjectReader(fields, "");
      String id = in.requiredString("id");
      String needId = in.optionalString("need_id");
      return new ObservedEnvelope(
          id,
          Verb.valueOf(in.requiredString("kind")),
          needId == null ? id : needId,
          in.requiredString("thread_id"),
          in.requiredString("sender_pk_b64"),
          in.requiredStringList("parents"),
          fields,
          in.requiredObject("payload"));
    } catch (JsonException | ShapeException | IllegalArgumentException e) {
      return null;
    }
  }

  ObjectReader read() {
    return new ObjectReader(payload, "payload");
  }

  /** Returns the hash of the policy that it names. */
  String policy() {
    return new ObjectReader(fields, "").requiredString("policy_engine_hash");
  }

  String signature() {
    return new ObjectReader(fields, "").requiredString("sig_b64");
  }

  /** Returns the signed bytes: every field except the payload and the signature. */
  byte[] signedBytes() {
    TreeMap<String, JsonValue> signed = new TreeMap<>(fields.members());
    signed.remove("payload");
    signed.remove("sig_b64");
    byte[] tag = TAG.getBytes(StandardCharsets.UTF_8);
    byte[] body = CanonicalJson.write(JsonObject.of(signed));
    byte[] all = new byte[tag.length + body.length];
    System.arraycopy(tag, 0, all, 0, tag.length);
    System.arraycopy(body, 0, all, tag.length, body.length);
    return all;
  }

  /** Whether the payload matches the signed payload hash. */
  boolean hasItsPayload() {
    return Sha256.hex(CanonicalJson.write(payload))
        .equals(new ObjectReader(fields, "").requiredString("payload_hash"));
  }

  String text(String member) {
    return read().requiredString(member);
  }
}
