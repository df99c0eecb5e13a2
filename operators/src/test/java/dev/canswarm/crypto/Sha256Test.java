package dev.canswarm.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Sha256Test {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void theVectorsOfFIPS180Hold() {
    assertThat(Sha256.hex("abc".getBytes(US_ASCII))).isEqualTo(OF_ABC);
    assertThat(Sha256.hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Sha256.hex("a".repeat(1_000_000).getBytes(US_ASCII)))
        .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  @Test
  void partsAreHashedOneAfterTheOther() {
    assertThat(Sha256.hex("a".getBytes(US_ASCII), new byte[0], "bc".getBytes(US_ASCII)))
        .isEqualTo(OF_ABC);
  }

  @Test
  void aRangeIsHashedInPlaceAndIntoTheCallersArray() {
    byte[] bytes = "xxabcx".getBytes(US_ASCII);
    assertThat(Sha256.hash(bytes, 2, 3)).isEqualTo(HexFormat.of().parseHex(OF_ABC));
    assertThat(Sha256.hex(bytes, 2, 3)).isEqualTo(OF_ABC);
    var out = new byte[34];
    Sha256.hash(bytes, 2, 3, out, 1);
    assertThat(HexFormat.of().formatHex(out)).isEqualTo("00" + OF_ABC + "00");
  }

  @Test
  void aRangeOutsideTheArrayIsAnErrorAndDisturbsNoLaterHash() {
    byte[] abc = "abc".getBytes(US_ASCII);
    assertThatThrownBy(() -> Sha256.hash(abc, 1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Sha256.hash(abc, 0, 3, new byte[31], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(Sha256.hex(abc)).isEqualTo(OF_ABC);
  }

  @Test
  void aTagIsSetApartByAZeroByte() {
    assertThat(Sha256.hexTagged("tag", "x".getBytes(US_ASCII)))
        .isEqualTo(Sha256.hex("tag\0x".getBytes(US_ASCII)))
        .isNotEqualTo(Sha256.hexTagged("ta", "gx".getBytes(US_ASCII)));
  }

  @Test
  void threadsDoNotDisturbEachOther() {
    assertThat(
            IntStream.range(0, 10_000)
                .parallel()
                .mapToObj(i -> Sha256.hex("a".getBytes(US_ASCII), "bc".getBytes(US_ASCII)))
                .distinct())
        .containsExactly(OF_ABC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
        "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "١a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
      })
  void only64LowerCaseHexDigitsAreAHash(String text) {
    assertThat(Sha256.isHex(text)).isFalse();
    assertThat(Sha256.isHex(OF_ABC)).isTrue();
  }
}
