package dev.canswarm.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.ForwardingEngine;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeCacheTest {
  private final CountingEngine engine = new CountingEngine();
  private final SigningKey key = engine.signingKey(new byte[32]);
  private final EnvelopeCache cache = new EnvelopeCache(3, 100_000);
  private final EnvelopeCodec codec = codec("s", cache);

  @Test
  void bytesThatWereVerifiedAreNotVerifiedAgain() {
    byte[] bytes = signedElsewhere("n");
    Envelope first = codec.decodeAndVerify(bytes);
    Envelope second = codec.decodeAndVerify(bytes.clone());
    codec.verify(codec.decode(bytes.clone()));
    assertThat(second).isSameAs(first);
    assertThat(engine.verifications).isEqualTo(1);
    assertThat(cache.stats()).isEqualTo(new EnvelopeCache.Stats(2, 1, 1, bytes.length));
    assertThat(cache.stats().hitRate()).isEqualTo(2 / 3.0);
  }

  @Test
  void bytesThatThisProcessSignedAreNotVerified() {
    Envelope signed = codec.sign(need("n"), key, 1);
    assertThat(codec.decodeAndVerify(signed.bytes().clone())).isSameAs(signed);
    assertThat(engine.verifications).isZero();
  }

  @Test
  void bytesThatWereOnlyReadAreVerifiedWhenTheyComeAgain() {
    byte[] bytes = signedElsewhere("n");
    codec.decode(bytes);
    codec.verify(codec.decode(bytes));
    assertThat(cache.stats().entries()).isZero();
    codec.decodeAndVerify(bytes);
    assertThat(engine.verifications).isEqualTo(2);
  }

  @Test
  void oneByteMoreOrAnotherIsAnotherEnvelope() {
    String text = new String(codec.sign(need("n"), key, 1).bytes(), UTF_8);
    String changed = text.replace("\"timestamp_ns\":\"1\"", "\"timestamp_ns\":\"2\"");
    assertRefused(codec, changed.getBytes(UTF_8), Reason.BAD_SIGNATURE);
    assertRefused(codec, changed.getBytes(UTF_8), Reason.BAD_SIGNATURE);
    codec.decodeAndVerify((text + " ").getBytes(UTF_8));
    assertThat(engine.verifications).isEqualTo(3);
  }

  @Test
  void anotherSwarmsEnvelopeIsRefusedEvenIfItWasVerified() {
    byte[] bytes = codec.sign(need("n"), key, 1).bytes();
    assertRefused(codec("other", cache), bytes, Reason.WRONG_SWARM);
  }

  @Test
  void theSizeLimitHoldsForWhatIsKnown() {
    byte[] bytes = codec.sign(need("n"), key, 1).bytes();
    var small = new EnvelopeCodec("s", engine, new EnvelopeLimits(bytes.length - 1, 64), cache);
    assertRefused(small, bytes, Reason.TOO_LARGE);
  }

  @Test
  void anEnvelopeMadeByHandOfKnownBytesIsVerifiedByItsFields() {
    Envelope e = codec.sign(need("n"), key, 1);
    var forged = Envelopes.altered(e, new ThreadId("another-thread"), e.payload());
    assertThatThrownBy(() -> codec.verify(forged)).isInstanceOf(RefusedException.class);
    assertThat(codec.decode(e.bytes())).isSameAs(e);
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() {
    byte[] a = signedElsewhere("a");
    byte[] b = signedElsewhere("b");
    for (byte[] bytes : List.of(a, b, signedElsewhere("c"), a, signedElsewhere("d"))) {
      codec.decodeAndVerify(bytes);
    }
    assertThat(cache.stats().entries()).isEqualTo(3);
    assertThat(engine.verifications).isEqualTo(4);
    codec.decodeAndVerify(a);
    assertThat(engine.verifications).isEqualTo(4);
    codec.decodeAndVerify(b);
    assertThat(engine.verifications).isEqualTo(5);
  }

  @Test
  void itsBytesAreBounded() {
    int length = signedElsewhere("a").length;
    var small = new EnvelopeCache(1_000, 2L * length);
    EnvelopeCodec bounded = codec("s", small);
    for (String nonce : List.of("a", "b", "c", "d", "d")) {
      bounded.sign(need(nonce), key, 1);
    }
    assertThat(small.stats()).isEqualTo(new EnvelopeCache.Stats(0, 0, 2, 2L * length));
    bounded.sign(need("x".repeat(200)), key, 1);
    assertThat(small.stats().bytes()).isLessThanOrEqualTo(2L * length);
    var tiny = new EnvelopeCache(1_000, length - 1);
    codec("s", tiny).sign(need("a"), key, 1);
    assertThat(tiny.stats().entries()).isZero();
  }

  @Test
  void aCacheOfNoEntriesIsOff() {
    var none = EnvelopeCache.none();
    EnvelopeCodec off = codec("s", none);
    byte[] bytes = off.sign(need("n"), key, 1).bytes();
    off.decodeAndVerify(bytes);
    off.decodeAndVerify(bytes);
    assertThat(engine.verifications).isEqualTo(2);
    assertThat(none.stats()).isEqualTo(new EnvelopeCache.Stats(0, 0, 0, 0));
    assertThat(none.stats().hitRate()).isZero();
  }

  @Test
  void boundsBelowZeroAreRefused() {
    assertThatThrownBy(() -> new EnvelopeCache(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EnvelopeCache(1, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRefused(EnvelopeCodec codec, byte[] bytes, Reason reason) {
    assertThatThrownBy(() -> codec.decodeAndVerify(bytes))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private byte[] signedElsewhere(String nonce) {
    return codec("s", EnvelopeCache.none()).sign(need(nonce), key, 1).bytes();
  }

  private EnvelopeCodec codec(String swarmId, EnvelopeCache used) {
    return new EnvelopeCodec(swarmId, engine, EnvelopeLimits.DEFAULT, used);
  }

  private static Draft need(String nonce) {
    return Draft.need(new ThreadId("t"), nonce, "0".repeat(64), JsonObject.empty());
  }

  /** The real engine, which counts its verifications. */
  private static final class CountingEngine extends ForwardingEngine {
    private int verifications;

    CountingEngine() {
      super(Engines.portable());
    }

    @Override
    public boolean verify(
        PublicKey publicKey, byte[] message, int offset, int length, byte[] signature) {
      verifications++;
      return super.verify(publicKey, message, offset, length, signature);
    }
  }
}
