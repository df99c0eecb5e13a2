package dev.canswarm.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
  private static final String ZEROS = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  @Test
  void base64AndBytesAreTwoFormsOfOneKey() {
    assertThat(PublicKey.ofBase64(ZEROS)).isEqualTo(PublicKey.of(new byte[32]));
    assertThat(PublicKey.of(new byte[32]).base64()).isEqualTo(ZEROS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "AAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
      })
  void anyOtherSpellingIsRefused(String text) {
    assertThatThrownBy(() -> PublicKey.ofBase64(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyIsReadFromTheMiddleOfATextAndARecentOneIsTheSame() {
    byte[] text = ("\"" + ZEROS + "\"").getBytes(US_ASCII);
    PublicKey key = PublicKey.ofBase64(text, 1);
    assertThat(key).isEqualTo(PublicKey.of(new byte[32])).isSameAs(PublicKey.ofBase64(text, 1));
    assertThat(PublicKey.ofBase64(text, 0)).isNull();
    assertThatThrownBy(() -> PublicKey.ofBase64(text, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void keysThatShareAPlaceAreNeverTakenForEachOther() {
    for (int i = 0; i < 3 * PublicKey.KNOWN_MAX; i++) {
      byte[] bytes = Sha256.hash(new byte[] {(byte) (i >> 8), (byte) i});
      bytes[0] = 7;
      assertThat(PublicKey.ofBase64(Base64.getEncoder().encode(bytes), 0))
          .isEqualTo(PublicKey.of(bytes));
    }
  }

  @Test
  void keysAreOrderedByTheirBase64Form() {
    var slash = new byte[32];
    Arrays.fill(slash, (byte) 0xff);
    PublicKey last = PublicKey.of(slash);
    assertThat(last.base64()).startsWith("/");
    assertThat(last).isLessThan(PublicKey.of(new byte[32]));
    var text = new byte[PublicKey.BASE64_LENGTH + 1];
    last.writeBase64(text, 1);
    assertThat(new String(text, 1, PublicKey.BASE64_LENGTH, US_ASCII)).isEqualTo(last.base64());
  }

  @Test
  void nobodyCanWriteToItsBytes() {
    byte[] bytes = new byte[32];
    PublicKey key = PublicKey.of(bytes);
    bytes[0] = 1;
    key.toBytes()[1] = 1;
    assertThat(key.toBytes()).isEqualTo(new byte[32]);
  }
}
