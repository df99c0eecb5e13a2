package dev.canswarm.benchmarks.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GeneratorsTest {
  private static final SignatureEngine ENGINE = Engines.portable();

  @Test
  void aSampleTextHasExactlyItsBytesInCanonicalJson() {
    for (int bytes = 0; bytes < 400; bytes++) {
      String text = SampleText.ofBytes(new SplittableRandom(bytes), bytes);
      assertThat(CanonicalJson.write(new JsonString(text))).as(text).hasSize(bytes + 2);
    }
  }

  @Test
  void aSampleTextHasWhatMakesJsonSlow() {
    assertThat(SampleText.ofBytes(new SplittableRandom(1), 20_000))
        .contains("é")
        .contains("\"")
        .contains("\n")
        .contains(" ");
  }

  @Test
  void shufflingKeepsEmptyValuesTheOrderOfArraysAndEscapes() {
    String text =
        "{\"a\":{},\"b\":[],\"c\":[1,[2,{}],{\"x\":null,\"y\":true}],\"d\":\"\\\"\\\\\\n\\u0001é\"}";
    JsonObject document = StrictJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
    Set<String> orders = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      byte[] shuffled = ShuffledJson.write(document, new SplittableRandom(seed));
      orders.add(new String(shuffled, StandardCharsets.UTF_8));
      assertThat(CanonicalJson.canonicalize(shuffled, JsonLimits.DEFAULT))
          .isEqualTo(CanonicalJson.write(document));
    }
    assertThat(orders).as("4! orders of members, twice for the inner object").hasSizeGreaterThan(9);
  }

  @Test
  void randomBytesDependOnTheirIndexOnly() {
    assertThat(RandomBytes.of(64, 3)).hasSize(64).isEqualTo(RandomBytes.of(64, 3));
    assertThat(RandomBytes.of(64, 3)).isNotEqualTo(RandomBytes.of(64, 4));
    assertThat(RandomBytes.of(0, 0)).isEmpty();
  }

  @Test
  void everyKeySignsInTurnAndTheEnvelopeCarriesTheSameSignature() {
    EnvelopeCodec codec = NeedParts.codec(ENGINE);
    Ring<SignedMessage> ring = SignedMessage.ring(ENGINE, NeedParts.PAYLOAD_BYTES_MIN);
    Set<PublicKey> keys = new HashSet<>();
    for (int i = 0; i < NeedParts.KEYS; i++) {
      SignedMessage signed = ring.next();
      keys.add(signed.key());
      assertThat(signed.verifiedBy(ENGINE)).isTrue();
      assertThat(codec.decodeAndVerify(signed.envelope()).signature())
          .isEqualTo(signed.signature());
    }
    assertThat(keys).hasSize(NeedParts.KEYS);
  }

  @Test
  void aSignatureThatDoesNotVerifyStopsTheBenchmark() {
    SignedMessage good = SignedMessage.ofRandomBytes(ENGINE, 1 << 20).next();
    assertThat(good.envelope()).isEmpty();
    assertThat(good.verifiedBy(ENGINE)).isTrue();
    byte[] other = good.message().clone();
    other[0] ^= 1;
    var forged = new SignedMessage(good.key(), other, good.signature(), good.envelope());
    assertThatThrownBy(() -> forged.verifiedBy(ENGINE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(ENGINE.name());
  }
}
