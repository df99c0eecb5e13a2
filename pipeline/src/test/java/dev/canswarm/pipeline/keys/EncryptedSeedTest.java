package dev.canswarm.pipeline.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.Secret;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.pipeline.keys.KeyFileException.Problem;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A seed opens with its passphrase, from a file that nobody changed, and in no other way. */
class EncryptedSeedTest {
  /** Made in Python, with its scrypt and the AES of pyca/cryptography, from seed 00 01 … 1f. */
  private static final String MADE_ELSEWHERE =
      "{\"cipher\":{\"name\":\"aes-256-gcm\",\"nonce\":\"yMnKy8zNzs/Q0dLT\"},\"ciph"
          + "ertext\":\"FK1rSAP0dIWt+5rPdB+VaKRK2SL3NM1Pb+Hkb+z9dyhTxXT7fVO2dv84StRohow/\""
          + ",\"format\":\"can-swarm/key/v1\",\"kdf\":{\"n\":1024,\"name\":\"scrypt\",\"p"
          + "\":2,\"r\":8,\"salt\":\"ZGVmZ2hpamtsbW5vcHFycw==\"},\"public_key\":\"A6EHv/P"
          + "OEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\"}";

  private static final KeyPassphrase RIGHT = KeyPassphrase.of(new Secret("correct horse – Tür"));
  private static final SecureRandom RANDOM = new SecureRandom();

  private static byte[] seed() {
    byte[] seed = new byte[32];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) i;
    }
    return seed;
  }

  private static PublicKey publicKey() {
    return Engines.portable().signingKey(seed()).publicKey();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(Problem problem, String content, String... said) {
    assertThatThrownBy(() -> EncryptedSeed.parse(bytes(content)).open(RIGHT))
        .isInstanceOfSatisfying(
            KeyFileException.class, e -> assertThat(e.problem()).isEqualTo(problem))
        .hasMessageContainingAll(said);
  }

  @Test
  void aFileOfAnotherImplementationOpens() throws Exception {
    EncryptedSeed read = EncryptedSeed.parse(bytes(MADE_ELSEWHERE));
    assertThat(read.open(RIGHT)).isEqualTo(seed());
    assertThat(read.publicKey()).isEqualTo(publicKey());
    assertThat(new String(read.toBytes(), StandardCharsets.UTF_8)).isEqualTo(MADE_ELSEWHERE + "\n");
  }

  @Test
  void whatIsSealedOpensWithTheSamePassphraseAlone() throws Exception {
    EncryptedSeed sealed = EncryptedSeed.seal(seed(), publicKey(), RIGHT, RANDOM);
    EncryptedSeed read = EncryptedSeed.parse(sealed.toBytes());
    assertThat(read.open(KeyPassphrase.of(new Secret("correct horse – Tür")))).isEqualTo(seed());
    assertThatThrownBy(() -> read.open(KeyPassphrase.of(new Secret("correct horse"))))
        .isInstanceOfSatisfying(
            KeyFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.NOT_OPENED))
        .hasMessageNotContaining("horse");
    assertThat(sealed.toString() + RIGHT + read.describe()).doesNotContain("horse");
  }

  @Test
  void theSameSeedIsNeverTheSameFile() {
    assertThat(EncryptedSeed.seal(seed(), publicKey(), RIGHT, RANDOM).toBytes())
        .isNotEqualTo(EncryptedSeed.seal(seed(), publicKey(), RIGHT, RANDOM).toBytes());
  }

  @Test
  void everyChangedByteIsNoticed() {
    byte[] file = bytes(MADE_ELSEWHERE);
    for (int i = 0; i < file.length; i++) {
      byte[] changed = file.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> EncryptedSeed.parse(changed).open(RIGHT))
          .as("byte %d", i)
          .isInstanceOf(KeyFileException.class);
    }
  }

  @Test
  void aKeyIsDerivedOnceForFilesWithOneSalt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    KeyPassphrase passphrase =
        KeyPassphrase.from(
            () -> {
              asked.incrementAndGet();
              return Optional.of(new Secret("correct horse"));
            });
    ScryptParameters first = passphrase.fresh(RANDOM);
    assertThat(passphrase.fresh(RANDOM)).isEqualTo(first);
    assertThat(passphrase.key(first)).isEqualTo(passphrase.key(first)).hasSize(32);
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "can-swarm/key/v1|can-swarm/key/v2|BAD_FORM|key/format: expected can-swarm/key/v1",
        "scrypt|argon2|BAD_FORM|kdf/name: expected scrypt",
        "aes-256-gcm|aes-128-gcm|BAD_FORM|cipher/name: expected aes-256-gcm",
        "\"n\":1024|\"n\":1000|BAD_FORM|power of two",
        "\"n\":1024|\"n\":1073741824|TOO_COSTLY|134217728 bytes",
        "\"r\":8|\"r\":2147483647|TOO_COSTLY|r=2147483647",
        "\"p\":2|\"p\":2147483647|TOO_COSTLY|p of at most 16",
        "\"n\":1024|\"n\":1024,\"more\":1|BAD_FORM|more",
        "\"n\":1024|\"n\":1e99|BAD_FORM|kdf/n:",
        "\"salt\":\"ZGVm|\"salt\":\"!|BAD_FORM|kdf/salt: expected base64",
        "yMnKy8zNzs/Q0dLT|AAAA|BAD_FORM|cipher/nonce: expected 12 bytes, got 3"
      })
  void aHostileFileIsRefusedBeforeAnythingIsDerived(
      String part, String other, Problem problem, String said) {
    assertThat(MADE_ELSEWHERE).contains(part);
    assertRefused(problem, MADE_ELSEWHERE.replace(part, other), said);
  }

  @Test
  void aLargeFileIsRefused() {
    assertRefused(Problem.BAD_FORM, MADE_ELSEWHERE + " ".repeat(4096), "at most 4096 bytes");
  }

  @Test
  void scryptGivesTheVectorOfItsRfc() throws Exception {
    byte[] key =
        ScryptParameters.of(16384, 8, 1, bytes("SodiumChloride")).derive(bytes("pleaseletmein"));
    assertThat(key)
        .asHexString()
        .isEqualToIgnoringCase("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
  }

  @Test
  void aPlainSeedIsNotTakenForAnEncryptedOne() {
    assertThat(EncryptedSeed.looksLike(bytes(MADE_ELSEWHERE))).isTrue();
    assertThat(EncryptedSeed.looksLike(bytes(" \n{"))).isTrue();
    assertThat(EncryptedSeed.looksLike(bytes("AAECAw=="))).isFalse();
    assertThat(EncryptedSeed.looksLike(new byte[0])).isFalse();
  }

  @Test
  void theSeedIsLeftToTheCaller() {
    byte[] seed = seed();
    EncryptedSeed.seal(seed, publicKey(), RIGHT, RANDOM);
    assertThat(Arrays.equals(seed, seed())).isTrue();
  }
}
