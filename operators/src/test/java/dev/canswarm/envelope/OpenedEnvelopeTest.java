package dev.canswarm.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.ForwardingEngine;
import dev.canswarm.crypto.PublicKey;
import org.junit.jupiter.api.Test;

/** A signature is checked when it is asked for, and of the same bytes only once. */
class OpenedEnvelopeTest {
  private int verified;

  private final EnvelopeCodec caching = codec(new EnvelopeCache(16, 1 << 20));
  private final EnvelopeCodec forgetting = codec(EnvelopeCache.none());

  private EnvelopeCodec codec(EnvelopeCache cache) {
    return new EnvelopeCodec(
        SampleEnvelopes.SWARM,
        new ForwardingEngine(SampleEnvelopes.ENGINE) {
          @Override
          public boolean verify(
              PublicKey key, byte[] message, int offset, int length, byte[] signature) {
            verified++;
            return super.verify(key, message, offset, length, signature);
          }
        },
        EnvelopeLimits.DEFAULT,
        cache);
  }

  /** The bytes of a sample, signed elsewhere. */
  private static byte[] bytes() {
    return SampleEnvelopes.need().bytes().clone();
  }

  private static byte[] withAnotherSignature() {
    String text = new String(bytes(), UTF_8);
    String other =
        new String(SampleEnvelopes.withParents(Verb.DECIDE, 1).bytes(), UTF_8)
            .replaceAll(".*\"sig_b64\":\"([^\"]*)\".*", "$1");
    return text.replaceAll("\"sig_b64\":\"[^\"]*\"", "\"sig_b64\":\"" + other + "\"")
        .getBytes(UTF_8);
  }

  @Test
  void openingChecksNoSignature() {
    OpenedEnvelope opened = forgetting.open(withAnotherSignature());
    assertThat(opened.envelope().verb()).isEqualTo(Verb.NEED);
    assertThat(verified).isZero();
  }

  @Test
  void aGoodSignatureIsCheckedOnceForEachOpenedEnvelope() {
    OpenedEnvelope opened = forgetting.open(bytes());
    assertThat(opened.verified()).isEqualTo(SampleEnvelopes.need());
    opened.verified();
    assertThat(verified).isEqualTo(1);
    forgetting.open(bytes()).verified();
    assertThat(verified).isEqualTo(2);
  }

  @Test
  void whatThisProcessVerifiedBeforeIsNotVerifiedAgain() {
    caching.open(bytes()).verified();
    caching.open(bytes()).verified();
    assertThat(verified).isEqualTo(1);
  }

  @Test
  void whatWasOnlyOpenedIsVerifiedAfterwards() {
    caching.open(bytes());
    caching.open(bytes()).verified();
    assertThat(verified).isEqualTo(1);
  }

  @Test
  void anotherKeysSignatureIsRefusedEachTimeAndNeverRemembered() {
    OpenedEnvelope opened = caching.open(withAnotherSignature());
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(opened::verified)
          .isInstanceOfSatisfying(
              RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_SIGNATURE));
    }
    assertThatThrownBy(() -> caching.open(withAnotherSignature()).verified())
        .isInstanceOf(RefusedException.class);
    assertThat(verified).isEqualTo(3);
  }
}
