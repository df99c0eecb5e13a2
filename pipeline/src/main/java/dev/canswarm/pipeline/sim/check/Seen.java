package dev.canswarm.pipeline.sim.check;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Kind;
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
 * An envelope as the checkers read it: from its bytes, by themselves.
 *
 * @param needId its own id on a NEED
 */
record Seen(
    String id,
    Kind kind,
    String needId,
    String thread,
    String sender,
    List<String> parents,
    JsonObject fields,
    JsonObject payload) {

  private static final String TAG = "can-swarm/envelope/v1\0";

  /** Reads; null for what is no envelope. */
  static @Nullable Seen of(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      JsonObject fields = StrictJson.parseObject(bytes);
      ObjectReader in = new ObjectReader(fields, "");
      String id = in.requiredString("id");
      String needId = in.optionalString("need_id");
      return new Seen(
          id,
          Kind.valueOf(in.requiredString("kind")),
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

  String signature() {
    return new ObjectReader(fields, "").requiredString("sig_b64");
  }

  /** What its signature is over: every field but the payload and itself. */
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

  /** Whether the payload is the one that was signed. */
  boolean hasItsPayload() {
    return Sha256.hex(CanonicalJson.write(payload))
        .equals(new ObjectReader(fields, "").requiredString("payload_hash"));
  }

  String text(String member) {
    return read().requiredString(member);
  }
}
