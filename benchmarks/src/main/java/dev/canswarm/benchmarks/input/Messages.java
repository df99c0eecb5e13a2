package dev.canswarm.benchmarks.input;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Kind;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * NEEDs with a payload of an exact size, and the parts that a sender builds one from.
 *
 * @param text what the task works on
 * @param key names the request, as a client does that may ask twice
 * @param nonce where the record stands
 */
public record Messages(String text, String key, String nonce) {
  /** Swarm, thread and time of all of them: what the measured code reads but does not depend on. */
  public static final String SWARM = "bench";

  /** Nanoseconds since 1970. */
  public static final long TIMESTAMP_NS = 1_700_000_000_000_000_000L;

  /** The smallest payload that can be asked for. */
  public static final int PAYLOAD_BYTES_MIN = 128;

  /** Agents whose keys are used in turn: a swarm has tens of them. */
  public static final int KEYS = 16;

  private static final String POLICY =
      Sha256.hex("policy of the benchmark".getBytes(StandardCharsets.UTF_8));

  /** The parts of a NEED whose canonical payload has so many bytes. */
  public static Messages ofBytes(int payloadBytes, int index) {
    var random = new SplittableRandom(0x0ff1ceL + index);
    String key = String.format("request-%06d", index);
    String nonce = "INTAKE/bench/" + index;
    int without = CanonicalJson.write(new Messages("", key, nonce).payload()).length;
    return new Messages(Texts.ofBytes(random, payloadBytes - without), key, nonce);
  }

  /** Builds the payload. */
  public JsonObject payload() {
    return JsonObject.builder()
        .put("task_type", "text.wordcount")
        .put("input", JsonObject.builder().put("text", text).build())
        .put("k", 2)
        .put("idempotency_key", key)
        .build();
  }

  /** Builds what is to be signed, payload and all. */
  public Draft draft() {
    return new Draft(Kind.NEED, "thread-1", null, 1, List.of(), nonce, POLICY, payload());
  }

  /**
   * What the signature of an envelope is over (docs/spec/envelope.md): a tag, a zero byte, and the
   * envelope without payload and signature.
   */
  public static byte[] signedBytes(Envelope envelope) {
    var members = new TreeMap<>(StrictJson.parseObject(envelope.bytes()).members());
    members.remove("payload");
    members.remove("sig_b64");
    var signed = new ByteArrayOutputStream();
    signed.writeBytes("can-swarm/envelope/v1\0".getBytes(StandardCharsets.US_ASCII));
    signed.writeBytes(CanonicalJson.write(JsonObject.of(members)));
    return signed.toByteArray();
  }

  /** A codec that signs and verifies with the engine. It keeps nothing of what it has seen. */
  public static EnvelopeCodec codec(SignatureEngine engine) {
    return new EnvelopeCodec(SWARM, engine, EnvelopeLimits.DEFAULT);
  }

  /** The agents' keys. */
  public static List<SigningKey> keys(SignatureEngine engine) {
    List<SigningKey> keys = new ArrayList<>(KEYS);
    for (int i = 0; i < KEYS; i++) {
      keys.add(
          engine.signingKey(Sha256.hash(("key of agent " + i).getBytes(StandardCharsets.UTF_8))));
    }
    return keys;
  }
}
