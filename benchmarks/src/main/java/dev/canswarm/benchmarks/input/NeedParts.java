package dev.canswarm.benchmarks.input;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.ThreadId;
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
 * The parts from which a sender builds a NEED with a payload of an exact size.
 *
 * @param text the input of the task
 * @param key the client's idempotency key
 * @param nonce the nonce, which is the position of the client's record
 */
public record NeedParts(String text, String key, String nonce) {
  /**
   * The swarm, thread and timestamp of all messages. The measured code reads them, but its speed
   * does not depend on them.
   */
  public static final String SWARM = "bench";

  /** The timestamp of all messages, in nanoseconds since the epoch. */
  public static final long TIMESTAMP_NS = 1_700_000_000_000_000_000L;

  /** The smallest supported payload, in bytes. */
  public static final int PAYLOAD_BYTES_MIN = 128;

  /** The number of signing keys that take turns; a real swarm has tens of agents. */
  public static final int KEYS = 16;

  private static final String POLICY =
      Sha256.hex("policy of the benchmark".getBytes(StandardCharsets.UTF_8));

  /** Returns the parts of a NEED whose canonical payload has exactly that many bytes. */
  public static NeedParts ofBytes(int payloadBytes, int index) {
    var random = new SplittableRandom(0x0ff1ceL + index);
    String key = String.format("request-%06d", index);
    String nonce = "INTAKE/bench/" + index;
    int without = CanonicalJson.write(new NeedParts("", key, nonce).payload()).length;
    return new NeedParts(SampleText.ofBytes(random, payloadBytes - without), key, nonce);
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

  /** Builds the unsigned envelope with its payload. */
  public Draft draft() {
    return Draft.need(new ThreadId("thread-1"), nonce, POLICY, payload());
  }

  /**
   * Returns the bytes that the signature of an envelope covers (docs/spec/envelope.md): a tag, a
   * zero byte, and the envelope without payload and signature.
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

  /** Returns a codec that signs and verifies with the engine and caches nothing. */
  public static EnvelopeCodec codec(SignatureEngine engine) {
    return new EnvelopeCodec(SWARM, engine, EnvelopeLimits.DEFAULT);
  }

  /** Returns {@link #KEYS} signing keys, derived from fixed seeds. */
  public static List<SigningKey> keys(SignatureEngine engine) {
    List<SigningKey> keys = new ArrayList<>(KEYS);
    for (int i = 0; i < KEYS; i++) {
      keys.add(
          engine.signingKey(Sha256.hash(("key of agent " + i).getBytes(StandardCharsets.UTF_8))));
    }
    return keys;
  }
}
