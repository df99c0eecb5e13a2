package dev.canswarm.envelope;

import dev.canswarm.crypto.Hex;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Signs, reads and verifies envelopes of one swarm (docs/spec/envelope.md). Any fault of an
 * envelope is a {@link RefusedException} with the first reason found, in the order of the
 * specification. Thread-safe; nothing here blocks, except for a cache lookup under its short lock.
 */
public final class EnvelopeCodec {
  private final String swarmId;
  private final SignatureEngine engine;
  private final EnvelopeLimits limits;
  private final byte[] swarmIdBytes;
  private final EnvelopeCache cache;

  /** A codec for one swarm that verifies everything that it is given. */
  public EnvelopeCodec(String swarmId, SignatureEngine engine, EnvelopeLimits limits) {
    this(swarmId, engine, limits, EnvelopeCache.none());
  }

  /**
   * A codec for one swarm.
   *
   * @param swarmId 1 to 128 of {@code A-Z a-z 0-9 . _ : -}
   * @param engine a strict one
   * @param cache of what codecs with the same limits have signed or verified
   * @throws IllegalArgumentException for a swarm id of another form
   */
  public EnvelopeCodec(
      String swarmId, SignatureEngine engine, EnvelopeLimits limits, EnvelopeCache cache) {
    if (!EnvelopeIds.isThreadId(swarmId)) {
      throw new IllegalArgumentException(
          "swarm id: expected 1 to 128 of A-Z a-z 0-9 . _ : -, got " + swarmId);
    }
    this.swarmId = swarmId;
    this.engine = engine;
    this.limits = limits;
    this.swarmIdBytes = swarmId.getBytes(StandardCharsets.US_ASCII);
    this.cache = cache;
  }

  /** The engine that verifies signatures. */
  public SignatureEngine engine() {
    return engine;
  }

  /**
   * Signs a draft. The same draft, key and time give the same bytes; another time gives the same
   * id.
   *
   * @param timestampNs nanoseconds since 1970, not negative
   * @throws RefusedException for a draft that {@link #decode} would refuse
   */
  public Envelope sign(Draft draft, SigningKey key, long timestampNs) {
    check(draft, timestampNs);
    Envelope envelope = new EnvelopeWriter(swarmId, draft, key, timestampNs).sign(limits);
    cache.add(envelope);
    return envelope;
  }

  /**
   * Reads an envelope and checks everything but its signature. The input need not be canonical;
   * {@link Envelope#bytes} is, and is the input itself where that is: it must not be written to
   * afterwards.
   *
   * @throws RefusedException for bytes that are not an envelope of this swarm
   */
  public Envelope decode(byte[] bytes) {
    return open(bytes).envelope();
  }

  /**
   * {@link #decode}, with the signature to be checked when {@link OpenedEnvelope#verified} is
   * called, from what has been found here.
   *
   * @throws RefusedException for bytes that are not an envelope of this swarm
   */
  public OpenedEnvelope open(byte[] bytes) {
    checkSize(bytes.length);
    Envelope known = cache.find(bytes);
    if (known != null && known.swarmId().equals(swarmId)) {
      return new OpenedEnvelope(known, null, engine, cache);
    }
    EnvelopeScan scan = scan(bytes);
    Scratch scratch = Scratch.ofThread();
    byte[] canonical = scan.bytes();
    byte[] hash = scratch.hash;
    scan.covered().hashIdentified(canonical, scratch, hash);
    expectHash(Reason.BAD_ID, "id", hash, canonical, scan.idStart());
    int payload = scan.payloadStart();
    Sha256.hash(canonical, payload, scan.covered().payloadEnd - payload, hash, 0);
    expectHash(Reason.BAD_PAYLOAD_HASH, "payload_hash", hash, canonical, scan.payloadHashStart());
    checkSize(canonical.length);
    Envelope envelope = scan.envelope(swarmId, limits.depthMax());
    return new OpenedEnvelope(envelope, scan.covered(), engine, cache);
  }

  /**
   * Checks the signature of an envelope that {@link #decode} returned, from its fields.
   *
   * @throws RefusedException BAD_SIGNATURE when it is not the sender's
   */
  public void verify(Envelope envelope) {
    boolean known = cache.holds(envelope);
    cache.countVerify(!known);
    if (!known) {
      byte[] message = EnvelopeForm.of(envelope).signed();
      OpenedEnvelope.verify(engine, envelope, message, message.length);
    }
  }

  /**
   * {@link #decode}, then the check of the signature.
   *
   * @throws RefusedException for the first reason found
   */
  public Envelope decodeAndVerify(byte[] bytes) {
    return open(bytes).verified();
  }

  /** Canonical input, the usual case, is scanned once; other input is brought into that form. */
  private EnvelopeScan scan(byte[] bytes) {
    var scan = new EnvelopeScan(bytes);
    if (scan.passes(swarmIdBytes, limits.depthMax())) {
      return scan;
    }
    byte[] canonical = canonical(bytes);
    if (canonical != bytes) {
      var again = new EnvelopeScan(canonical);
      if (again.passes(swarmIdBytes, limits.depthMax())) {
        return again;
      }
    }
    throw refusal(canonical);
  }

  private byte[] canonical(byte[] bytes) {
    try {
      return CanonicalJson.canonicalize(bytes, limits.json());
    } catch (JsonException e) {
      throw new RefusedException(Reason.MALFORMED_JSON, String.valueOf(e.getMessage()), e);
    }
  }

  /** Parses the input again as a tree, to find the reason for the refusal. */
  private RefusedException refusal(byte[] canonical) {
    var limit = new JsonLimits(canonical.length, limits.depthMax());
    if (!(StrictJson.parse(canonical, limit) instanceof JsonObject object)) {
      return FieldRules.refused(Reason.BAD_SHAPE, "envelope", "an object", "another JSON value");
    }
    try {
      EnvelopeReader.check(object, swarmId);
    } catch (ShapeException e) {
      return new RefusedException(Reason.BAD_SHAPE, String.valueOf(e.getMessage()), e);
    } catch (RefusedException e) {
      return e;
    }
    throw new IllegalStateException("expected a reason to refuse what the scan does not accept");
  }

  private static void check(Draft draft, long timestampNs) {
    NeedId needId = draft.needId();
    FieldRules.needId(draft.verb(), needId == null ? null : needId.text());
    FieldRules.nonce(draft.verb(), draft.nonce());
    FieldRules.hash("policy_engine_hash", draft.policyHash());
    FieldRules.parents(draft.verb(), EnvelopeId.texts(draft.parents()));
    FieldRules.threadId(draft.threadId().text());
    FieldRules.lamport(draft.lamport(), draft.parents().isEmpty());
    if (timestampNs < 0) {
      throw FieldRules.refused(
          Reason.BAD_SHAPE, "timestamp_ns", "a time since 1970", String.valueOf(timestampNs));
    }
  }

  private void checkSize(int bytes) {
    limits.check(bytes);
  }

  private static void expectHash(
      Reason reason, String where, byte[] expected, byte[] text, int start) {
    if (!Hex.matches(expected, 0, Sha256.HASH_BYTES, text, start)) {
      String actual = new String(text, start, Sha256.HEX_LENGTH, StandardCharsets.US_ASCII);
      throw FieldRules.refused(reason, where, HexFormat.of().formatHex(expected), actual);
    }
  }
}
