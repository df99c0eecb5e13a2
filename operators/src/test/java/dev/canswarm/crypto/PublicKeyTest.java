package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
  private static final String ZEROS = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  @Test
  void base64_and_bytes_are_two_forms_of_one_key() {
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
  void any_other_spelling_is_refused(String text) {
    assertThatThrownBy(() -> PublicKey.ofBase64(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nobody_can_write_to_its_bytes() {
    byte[] bytes = new byte[32];
    PublicKey key = PublicKey.of(bytes);
    bytes[0] = 1;
    key.toBytes()[1] = 1;
    assertThat(key.toBytes()).isEqualTo(new byte[32]);
  }
}
