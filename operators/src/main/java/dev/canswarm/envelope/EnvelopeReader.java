package dev.canswarm.envelope;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of an envelope, each checked for itself in the order of the specification
 * (docs/spec/envelope.md, section 5): the reasons for what {@link EnvelopeScan} does not accept.
 * Stateless.
 */
final class EnvelopeReader {
  private static final int VERSION = 1;
  private static final int TIMESTAMP_DIGITS_MAX = 19;

  private EnvelopeReader() {}

  /**
   * Checks an envelope's object.
   *
   * @throws dev.canswarm.json.ShapeException for a missing, unknown or mistyped member
   * @throws RefusedException for a value outside its field's rules
   */
  static void check(JsonObject object, String expectedSwarmId) {
    var in = new ObjectReader(object, "envelope");
    in.requiredSafeInteger("v", VERSION, VERSION);
    String id = in.requiredString("id");
    String swarmId = in.requiredString("swarm_id");
    String threadId = in.requiredString("thread_id");
    String verbName = in.requiredString("kind");
    @Nullable String needId = in.optionalString("need_id");
    long lamport = in.requiredSafeInteger("lamport", 1, JsonNumber.SAFE_INTEGER_MAX);
    String senderBase64 = in.requiredString("sender_pk_b64");
    List<String> parents = in.requiredStringList("parents");
    @Nullable String nonce = in.optionalString("nonce");
    String policyHash = in.requiredString("policy_engine_hash");
    String payloadHash = in.requiredString("payload_hash");
    String timestamp = in.requiredString("timestamp_ns");
    var unused = in.requiredObject("payload");
    String signatureBase64 = in.requiredString("sig_b64");
    in.noOthers();

    Verb verb = verb(verbName);
    FieldRules.hash("id", id);
    FieldRules.needId(verb, needId);
    FieldRules.nonce(verb, nonce);
    FieldRules.hash("policy_engine_hash", policyHash);
    FieldRules.hash("payload_hash", payloadHash);
    FieldRules.parents(verb, parents);
    sender(senderBase64);
    signature(signatureBase64);
    timestamp(timestamp);
    FieldRules.threadId(threadId);
    FieldRules.lamport(lamport, parents.isEmpty());
    FieldRules.swarmId(swarmId, expectedSwarmId);
  }

  private static Verb verb(String name) {
    for (Verb verb : Verb.values()) {
      if (verb.name().equals(name)) {
        return verb;
      }
    }
    throw FieldRules.refused(
        Reason.UNKNOWN_KIND, "kind", "one of " + Arrays.toString(Verb.values()), name);
  }

  private static PublicKey sender(String base64) {
    try {
      return PublicKey.ofBase64(base64);
    } catch (IllegalArgumentException e) {
      throw badBase64("sender_pk_b64", PublicKey.LENGTH_BYTES, base64, e);
    }
  }

  private static byte[] signature(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw badBase64("sig_b64", SignatureEngine.SIGNATURE_BYTES, base64, e);
    }
    if (bytes.length != SignatureEngine.SIGNATURE_BYTES
        || !Base64.getEncoder().encodeToString(bytes).equals(base64)) {
      throw badBase64("sig_b64", SignatureEngine.SIGNATURE_BYTES, base64, null);
    }
    return bytes;
  }

  private static RefusedException badBase64(
      String where, int bytes, String actual, @Nullable Throwable cause) {
    RefusedException refusal =
        FieldRules.refused(
            Reason.BAD_SHAPE, where, "canonical base64 of " + bytes + " bytes", actual);
    if (cause != null) {
      refusal.initCause(cause);
    }
    return refusal;
  }

  private static long timestamp(String text) {
    boolean digits = !text.isEmpty() && text.length() <= TIMESTAMP_DIGITS_MAX;
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (digits && (text.length() == 1 || text.charAt(0) != '0')) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException beyondLong) {
        throw new RefusedException(
            Reason.BAD_SHAPE,
            "timestamp_ns: expected at most " + Long.MAX_VALUE + ", got " + text,
            beyondLong);
      }
    }
    throw FieldRules.refused(
        Reason.BAD_SHAPE, "timestamp_ns", "decimal digits without leading zeros", text);
  }
}
