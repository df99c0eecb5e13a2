package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.OpenedEnvelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.verb.Admission;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Parses and verifies one record, and checks it against the policy, without reading the store. Pure
 * and thread-safe. It takes as long as a signature check, so it runs on the computing scheduler.
 */
public final class RecordDecoder {
  private final EnvelopeCodec codec;
  private final Decoding decoding;

  /** A decoder that judges all records by the same checks. */
  public RecordDecoder(EnvelopeCodec codec, Admission admission, Gateway gateway) {
    this(codec, Decoding.fixed(admission, gateway));
  }

  /** A decoder that judges by what the control chain says at that moment. */
  public RecordDecoder(EnvelopeCodec codec, ControlFollower control) {
    this(codec, (Decoding) control);
  }

  RecordDecoder(EnvelopeCodec codec, Decoding decoding) {
    this.codec = codec;
    this.decoding = decoding;
  }

  /**
   * Returns what the record holds; a record that is refused is a result too, never an error.
   *
   * @throws RetryableException when the gateway's key is kept elsewhere, and gives no signature now
   */
  public Decoded decode(Delivery delivery) {
    String stage = "receive";
    GasMeter meter = new GasMeter(0);
    Envelope envelope = null;
    try {
      checkWhole(delivery);
      stage = "decode";
      byte[] value = delivery.value();
      if (value == null) {
        throw new RefusedException(Reason.BAD_SHAPE, "expected a value, got a tombstone");
      }
      if (delivery.topic().equals(Topics.INTAKE)) {
        stage = "intake";
        return decoding.gateway().decode(delivery);
      }
      OpenedEnvelope opened = codec.open(value);
      checkKey(delivery, opened.envelope());
      stage = "verify";
      envelope = opened.verified();
      stage = "policy";
      Admission admission = decoding.admission(envelope.policyHash());
      meter = admission.meter();
      return new Decoded.Valid(envelope, admission.check(envelope, delivery.topic(), meter));
    } catch (RefusedException e) {
      String lacked =
          e.reason() == Reason.POLICY_MISMATCH && envelope != null ? lackedPolicy(envelope) : null;
      return new Decoded.Refused(e.reason(), stage, e.detail(), meter.used(), lacked);
    } catch (RetryableException e) {
      throw e;
    } catch (RuntimeException e) {
      // Decoding depends on the record alone, so it would fail again: refuse the record and go on.
      return new Decoded.Refused(Reason.BAD_SHAPE, stage, "cannot be read: " + e, meter.used());
    }
  }

  private @Nullable String lackedPolicy(Envelope envelope) {
    return decoding.lacksPolicyOf(envelope) ? envelope.policyHash() : null;
  }

  /** Takes in what was stored since, and these policies; see {@link Decoding#catchUp}. */
  Mono<Void> catchUp(Set<String> policies) {
    return decoding.catchUp(policies);
  }

  /** A number that changes whenever a record may be decoded to something else than before. */
  long version() {
    return decoding.version();
  }

  /** A truncated value is not parsed: its beginning may be valid JSON by itself. */
  private static void checkWhole(Delivery delivery) {
    String unreadable = delivery.unreadable();
    if (unreadable != null) {
      throw new RefusedException(Reason.UNREADABLE_BATCH, unreadable);
    }
    Delivery.Cut cut = delivery.cut();
    if (cut != null) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "expected a value of at most kafka.record-bytes-max, got "
              + cut.lengthBytes()
              + " bytes, SHA-256 "
              + cut.sha256()
              + "; only its beginning is kept");
    }
  }

  private static void checkKey(Delivery delivery, Envelope envelope) {
    byte[] key = delivery.key();
    byte[] thread = envelope.threadId().text().getBytes(StandardCharsets.UTF_8);
    if (key == null || !Arrays.equals(key, thread)) {
      throw new RefusedException(
          Reason.BAD_THREAD_ID,
          "expected the record's key to be thread "
              + envelope.threadId()
              + ", got "
              + (key == null ? "none" : new String(key, StandardCharsets.UTF_8)));
    }
  }
}
