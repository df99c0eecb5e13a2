package dev.canswarm.stage;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.verb.Admission;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Signs NEEDs that come without an envelope. The nonce is the record's position, or the sender's
 * idempotency key, so a record is the same NEED at every delivery. Thread-safe.
 */
public final class Gateway {
  private static final String STAGE = "intake";

  private final Agent agent;
  private final Signers signers;
  private final Admission admission;
  private final Rules rules;

  public Gateway(Agent agent, Signers signers, Admission admission) {
    this.agent = agent;
    this.signers = signers;
    this.admission = admission;
    this.rules = admission.rules();
  }

  /** Whether this is the key of its NEEDs. */
  boolean signsAs(PublicKey key) {
    return agent.key().equals(key);
  }

  /**
   * Returns the signed NEED of an intake record, or why it is none.
   *
   * @throws RetryableException when the key is kept elsewhere, and gives no signature now
   */
  Decoded decode(Delivery delivery) {
    GasMeter meter = admission.meter();
    try {
      return read(delivery, Objects.requireNonNull(delivery.value()), meter);
    } catch (RefusedException e) {
      return new Decoded.Refused(e.reason(), STAGE, e.detail(), meter.used());
    } catch (RetryableException e) {
      throw e;
    } catch (RuntimeException e) {
      // Decoding depends on the record alone, so it would fail again: refuse the record and go on.
      return new Decoded.Refused(Reason.BAD_SHAPE, STAGE, "cannot be read: " + e, meter.used());
    }
  }

  /**
   * Returns the signed NEED of an intake record.
   *
   * @param meter counts the gas of the policy's rules
   * @throws RefusedException when it is none
   */
  Decoded read(Delivery delivery, byte[] value, GasMeter meter) {
    return signed(threadId(delivery), value, delivery, meter);
  }

  /**
   * Returns the signed NEED of a payload that came over another way than Kafka, and has an
   * idempotency key.
   *
   * @throws RefusedException when it is none
   */
  public Envelope sign(ThreadId threadId, byte[] value) {
    return signed(threadId, value, null, admission.meter()).need();
  }

  private Decoded.Intake signed(
      ThreadId threadId, byte[] value, @Nullable Delivery delivery, GasMeter meter) {
    JsonObject payload = payload(value, rules.policy().payloadBytesMax());
    Need need = need(payload);
    String key = need.idempotencyKey();
    String nonce;
    if (key != null) {
      nonce = Slot.intake(threadId, key).key();
    } else if (delivery != null) {
      nonce =
          Slot.intake(
                  new RecordPosition(
                      delivery.cluster(),
                      delivery.topic(),
                      delivery.partition(),
                      delivery.offset()))
              .key();
    } else {
      throw new RefusedException(Reason.BAD_SHAPE, "expected an idempotency_key");
    }
    Draft draft = Draft.need(threadId, nonce, rules.policy().hash(), payload);
    Envelope envelope = signers.sign(agent, draft);
    return new Decoded.Intake(
        threadId, envelope, admission.check(envelope, Verb.NEED.topic(), meter));
  }

  /**
   * Reads the payload of a NEED that comes without an envelope, the same by every way in.
   *
   * @param bytesMax most bytes of it
   * @throws RefusedException TOO_LARGE, MALFORMED_JSON, or BAD_SHAPE if it is not an object
   */
  public static JsonObject payload(byte[] value, int bytesMax) {
    if (value.length > bytesMax) {
      throw new RefusedException(
          Reason.TOO_LARGE, "expected at most " + bytesMax + " bytes, got " + value.length);
    }
    try {
      if (StrictJson.parse(value, new JsonLimits(bytesMax, EnvelopeLimits.DEFAULT_DEPTH_MAX))
          instanceof JsonObject object) {
        return object;
      }
    } catch (JsonException e) {
      throw new RefusedException(Reason.MALFORMED_JSON, String.valueOf(e.getMessage()), e);
    }
    throw new RefusedException(
        Reason.BAD_SHAPE, "payload: expected an object, got another JSON value");
  }

  private static Need need(JsonObject payload) {
    try {
      return Need.parse(payload);
    } catch (ShapeException e) {
      throw new RefusedException(Reason.BAD_SHAPE, String.valueOf(e.getMessage()), e);
    }
  }

  private static ThreadId threadId(Delivery delivery) {
    byte[] key = delivery.key();
    if (key == null) {
      return new ThreadId("intake-" + delivery.partition() + "-" + delivery.offset());
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
      return ThreadId.parse(text)
          .orElseThrow(
              () ->
                  new RefusedException(
                      Reason.BAD_THREAD_ID,
                      "expected a key of " + ThreadId.FORM + ", got \"" + text + "\""));
    } catch (CharacterCodingException e) {
      throw new RefusedException(Reason.BAD_THREAD_ID, "expected a key in ASCII", e);
    }
  }
}
