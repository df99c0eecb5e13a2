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
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StrictEngineTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final BigInteger GROUP_ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private final SignatureEngine engine = Engines.portable();

  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
        + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
        + "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
        + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
        + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,"
        + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b5890"
        + "9351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  })
  void the_vectors_of_RFC_8032_are_signed_and_verified(
      String seed, String key, String message, String signature) {
    SigningKey signing = engine.signingKey(HEX.parseHex(seed));
    assertThat(HEX.formatHex(signing.publicKey().toBytes())).isEqualTo(key);
    assertThat(HEX.formatHex(signing.sign(HEX.parseHex(message)))).isEqualTo(signature);
    assertThat(engine.verify(signing.publicKey(), HEX.parseHex(message), HEX.parseHex(signature)))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void the_specifications_verdict_is_given_on_every_edge_case(JsonNode row) {
    boolean valid =
        engine.verify(PublicKey.of(hex(row, "key")), hex(row, "message"), hex(row, "signature"));
    assertThat(valid).as(row.get("comment").asText()).isEqualTo(row.get("valid").asBoolean());
  }

  static List<JsonNode> vectors() {
    return SpecVectors.rows(SpecVectors.read("ed25519"));
  }

  @Test
  void the_edge_cases_are_not_all_of_one_verdict() {
    assertThat(vectors().stream().filter(row -> row.get("valid").asBoolean()))
        .hasSizeGreaterThanOrEqualTo(10);
    assertThat(vectors()).hasSizeGreaterThanOrEqualTo(100);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void a_signature_verifies_and_any_changed_bit_does_not(
      @ForAll @Size(32) byte[] seed, @ForAll byte[] message, @ForAll @IntRange(max = 511) int bit) {
    SigningKey key = engine.signingKey(seed);
    byte[] signature = key.sign(message);
    assertThat(engine.verify(key.publicKey(), message, signature)).isTrue();
    byte[] changed = signature.clone();
    changed[bit / 8] ^= (byte) (1 << bit % 8);
    assertThat(engine.verify(key.publicKey(), message, changed)).isFalse();
    byte[] longer = Arrays.copyOf(message, message.length + 1);
    assertThat(engine.verify(key.publicKey(), longer, signature)).isFalse();
  }

  @Property(tries = 100)
  void a_second_spelling_of_S_does_not_verify(
      @ForAll @Size(32) byte[] seed, @ForAll @IntRange(min = 1, max = 15) int times) {
    SigningKey key = engine.signingKey(seed);
    byte[] signature = key.sign(seed);
    byte[] other = plusOrders(signature, times);
    assertThat(other).isNotEqualTo(signature);
    assertThat(engine.verify(key.publicKey(), seed, other)).isFalse();
  }

  @Property(tries = 50)
  void a_range_is_signed_and_verified_as_a_copy_of_it_would_be(
      @ForAll byte[] message, @ForAll @IntRange(max = 5) int before) {
    byte[] around = new byte[before + message.length + 3];
    System.arraycopy(message, 0, around, before, message.length);
    SigningKey key = engine.signingKey(new byte[32]);
    byte[] signature = key.sign(around, before, message.length);
    assertThat(signature).isEqualTo(key.sign(message));
    assertThat(engine.verify(key.publicKey(), around, before, message.length, signature)).isTrue();
    assertThat(engine.verify(key.publicKey(), around, before, message.length + 1, signature))
        .isFalse();
  }

  @Test
  void a_range_outside_the_message_is_an_error() {
    SigningKey key = engine.signingKey(new byte[32]);
    assertThatThrownBy(() -> key.sign(new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> engine.verify(key.publicKey(), new byte[4], 2, 3, new byte[64]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void the_bare_engine_takes_a_second_spelling_so_the_check_is_ours() {
    SigningKey key = engine.signingKey(new byte[32]);
    byte[] other = plusOrders(key.sign(new byte[1]), 1);
    assertThat(new I2pEngine().verify(key.publicKey(), new byte[1], other)).isTrue();
  }

  @Test
  void a_seed_of_another_length_is_refused() {
    assertThatThrownBy(() -> engine.signingKey(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a seed of 32 bytes, got 31");
  }

  @Test
  void a_seed_that_the_caller_clears_still_signs() {
    byte[] seed = {
      1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
    };
    SigningKey key = engine.signingKey(seed);
    byte[] before = key.sign(new byte[3]);
    Arrays.fill(seed, (byte) 0);
    assertThat(key.sign(new byte[3])).isEqualTo(before);
  }

  @Test
  void the_secret_does_not_show_in_toString() {
    assertThat(engine.signingKey(new byte[32]))
        .hasToString("signing key of O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=");
    assertThat(engine.name()).isEqualTo("i2p");
  }

  @Test
  void threads_sign_and_verify_at_once() {
    SigningKey key = engine.signingKey(new byte[32]);
    assertThat(
            IntStream.range(0, 400)
                .parallel()
                .mapToObj(i -> ("message " + i).getBytes(UTF_8))
                .allMatch(m -> engine.verify(key.publicKey(), m, key.sign(m))))
        .isTrue();
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
