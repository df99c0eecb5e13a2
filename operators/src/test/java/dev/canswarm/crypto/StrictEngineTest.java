package dev.canswarm.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.json.SpecVectors;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrictEngineTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final BigInteger GROUP_ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  static List<SignatureEngine> engines() {
    return Engines.available();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theSpecificationsVerdictIsGivenOnEveryEdgeCase(SignatureEngine engine) {
    for (JsonNode row : vectors()) {
      boolean valid =
          engine.verify(PublicKey.of(hex(row, "key")), hex(row, "message"), hex(row, "signature"));
      assertThat(valid).as(row.get("comment").asText()).isEqualTo(row.get("valid").asBoolean());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatTheSpecificationSignsIsSignedAlike(SignatureEngine engine) {
    List<JsonNode> signed =
        vectors().stream()
            .filter(row -> row.hasNonNull("seed") && row.get("valid").asBoolean())
            .toList();
    assertThat(signed).hasSizeGreaterThanOrEqualTo(3);
    for (JsonNode row : signed) {
      SigningKey key = engine.signingKey(hex(row, "seed"));
      assertThat(key.publicKey().toBytes()).isEqualTo(hex(row, "key"));
      assertThat(key.sign(hex(row, "message"))).isEqualTo(hex(row, "signature"));
    }
  }

  static List<JsonNode> vectors() {
    return SpecVectors.rows(SpecVectors.read("ed25519"));
  }

  @Test
  void theEdgeCasesAreNotAllOfOneVerdict() {
    assertThat(vectors().stream().filter(row -> row.get("valid").asBoolean()))
        .hasSizeGreaterThanOrEqualTo(10);
    assertThat(vectors()).hasSizeGreaterThanOrEqualTo(100);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void aSignatureVerifiesAndAnyChangedBitDoesNot(
      @ForAll @Size(32) byte[] seed, @ForAll byte[] message, @ForAll @IntRange(max = 511) int bit) {
    for (SignatureEngine engine : engines()) {
      SigningKey key = engine.signingKey(seed);
      byte[] signature = key.sign(message);
      assertThat(engine.verify(key.publicKey(), message, signature)).isTrue();
      byte[] changed = signature.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(engine.verify(key.publicKey(), message, changed)).isFalse();
      byte[] longer = Arrays.copyOf(message, message.length + 1);
      assertThat(engine.verify(key.publicKey(), longer, signature)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aSecondSpellingOfSDoesNotVerify(SignatureEngine engine) {
    SigningKey key = engine.signingKey(new byte[32]);
    byte[] signature = key.sign(new byte[1]);
    for (int times = 1; times <= 15; times++) {
      byte[] other = plusOrders(signature, times);
      assertThat(other).isNotEqualTo(signature);
      assertThat(engine.verify(key.publicKey(), new byte[1], other)).isFalse();
    }
  }

  @Property(tries = 30)
  void aRangeIsSignedAndVerifiedAsACopyOfItWouldBe(
      @ForAll byte[] message, @ForAll @IntRange(max = 5) int before) {
    byte[] around = new byte[before + message.length + 3];
    System.arraycopy(message, 0, around, before, message.length);
    for (SignatureEngine engine : engines()) {
      SigningKey key = engine.signingKey(new byte[32]);
      byte[] signature = key.sign(around, before, message.length);
      assertThat(signature).isEqualTo(key.sign(message));
      assertThat(engine.verify(key.publicKey(), around, before, message.length, signature))
          .isTrue();
      assertThat(engine.verify(key.publicKey(), around, before, message.length + 1, signature))
          .isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aRangeOutsideTheMessageIsAnError(SignatureEngine engine) {
    SigningKey key = engine.signingKey(new byte[32]);
    assertThatThrownBy(() -> key.sign(new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> engine.verify(key.publicKey(), new byte[4], 2, 3, new byte[64]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theBareEngineTakesASecondSpellingSoTheCheckIsOurs() {
    SigningKey key = Engines.portable().signingKey(new byte[32]);
    byte[] other = plusOrders(key.sign(new byte[1]), 1);
    assertThat(new I2pEngine().verify(key.publicKey(), new byte[1], other)).isTrue();
  }

  /** Accepts everything, so that each refusal is one of the checks before it. */
  private static SignatureEngine accepting(AtomicInteger asked) {
    return new ForwardingEngine(Engines.portable()) {
      @Override
      public boolean verify(
          PublicKey key, byte[] message, int offset, int length, byte[] signature) {
        asked.incrementAndGet();
        return true;
      }
    };
  }

  @Test
  void theChecksRefuseBeforeTheEngineIsAsked() {
    AtomicInteger asked = new AtomicInteger();
    SignatureEngine strict = new StrictEngine(accepting(asked));
    SigningKey key = strict.signingKey(new byte[32]);
    byte[] signature = key.sign(new byte[1]);
    byte[] neutralPoint = new byte[32];
    neutralPoint[0] = 1;
    byte[] smallR = signature.clone();
    System.arraycopy(neutralPoint, 0, smallR, 0, 32);
    byte[] unreducedR = signature.clone();
    Arrays.fill(unreducedR, 0, 32, (byte) 0xFF);

    for (byte[] refused :
        List.of(
            new byte[0],
            Arrays.copyOf(signature, 63),
            Arrays.copyOf(signature, 65),
            plusOrders(signature, 1),
            smallR,
            unreducedR)) {
      assertThat(strict.verify(key.publicKey(), new byte[1], refused)).isFalse();
    }
    assertThat(strict.verify(PublicKey.of(neutralPoint), new byte[1], signature)).isFalse();
    assertThat(asked).as("the engine was not asked").hasValue(0);
    assertThat(strict.verify(key.publicKey(), new byte[1], signature)).isTrue();
    assertThat(asked).hasValue(1);
  }

  @Test
  void anythingElseIsLeftToTheEngine() {
    SignatureEngine refusing =
        new ForwardingEngine(Engines.portable()) {
          @Override
          public boolean verify(
              PublicKey key, byte[] message, int offset, int length, byte[] signature) {
            return false;
          }
        };
    SignatureEngine strict = new StrictEngine(refusing);
    SigningKey key = strict.signingKey(new byte[32]);
    assertThat(strict.verify(key.publicKey(), new byte[1], key.sign(new byte[1]))).isFalse();
    assertThat(strict.name()).isEqualTo(refusing.name());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aSeedOfAnotherLengthIsRefused(SignatureEngine engine) {
    assertThatThrownBy(() -> engine.signingKey(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a seed of 32 bytes, got 31");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aSeedThatTheCallerClearsStillSigns(SignatureEngine engine) {
    byte[] seed = {
      1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
    };
    SigningKey key = engine.signingKey(seed);
    byte[] before = key.sign(new byte[3]);
    Arrays.fill(seed, (byte) 0);
    assertThat(key.sign(new byte[3])).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theSecretDoesNotShowInToString(SignatureEngine engine) {
    assertThat(engine.signingKey(new byte[32]))
        .hasToString("signing key of O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void threadsSignAndVerifyAtOnce(SignatureEngine engine) {
    SigningKey key = engine.signingKey(new byte[32]);
    assertThat(
            IntStream.range(0, 400)
                .parallel()
                .mapToObj(i -> ("message " + i).getBytes(UTF_8))
                .allMatch(m -> engine.verify(key.publicKey(), m, key.sign(m))))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aRefusalDisturbsNoLaterVerdict(SignatureEngine engine) {
    SigningKey key = engine.signingKey(new byte[32]);
    byte[] message = new byte[100];
    byte[] signature = key.sign(message);
    byte[] offTheCurve = signature.clone();
    Arrays.fill(offTheCurve, 0, 32, (byte) 0);
    offTheCurve[0] = 2;
    for (int i = 0; i < 3; i++) {
      assertThat(engine.verify(key.publicKey(), message, offTheCurve)).isFalse();
      assertThat(engine.verify(key.publicKey(), new byte[1], signature)).isFalse();
      assertThat(engine.verify(key.publicKey(), message, signature)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aMessageOfMoreThanAMebibyteIsSignedAndVerified(SignatureEngine engine) {
    byte[] message = new byte[(1 << 20) + 1];
    SigningKey key = engine.signingKey(new byte[32]);
    byte[] signature = key.sign(message);
    assertThat(signature).isEqualTo(Engines.portable().signingKey(new byte[32]).sign(message));
    assertThat(engine.verify(key.publicKey(), message, signature)).isTrue();
    message[1 << 20] = 1;
    assertThat(engine.verify(key.publicKey(), message, signature)).isFalse();
  }

  @Test
  void moreKeysThanAreKeptDecodedAreVerified() {
    SignatureEngine engine = Engines.fastest().engine();
    byte[] message = new byte[9];
    for (int i = 0; i < 2 * JcaEngine.DECODED_KEYS_GENERATION_MAX + 100; i++) {
      byte[] seed = Sha256.hash(new byte[] {(byte) (i >> 8), (byte) i});
      SigningKey key = engine.signingKey(seed);
      byte[] signature = key.sign(message);
      assertThat(engine.verify(key.publicKey(), message, signature)).isTrue();
      signature[33] ^= 1;
      assertThat(engine.verify(key.publicKey(), message, signature)).isFalse();
    }
  }

  private static byte[] plusOrders(byte[] signature, int times) {
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = signature[63 - i];
    }
    BigInteger s =
        new BigInteger(1, bigEndian).add(GROUP_ORDER.multiply(BigInteger.valueOf(times)));
    byte[] other = signature.clone();
    for (int i = 0; i < 32; i++) {
      other[32 + i] = s.shiftRight(8 * i).byteValue();
    }
    return other;
  }

  private static byte[] hex(JsonNode row, String name) {
    return HEX.parseHex(row.get(name).asText());
  }
}
