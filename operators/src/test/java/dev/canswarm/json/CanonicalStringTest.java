package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalStringTest {
  private static final byte[] LONG = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQ".getBytes(UTF_8);

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "b",
            "same so far",
            "12345678",
            "\\",
            "\\\\",
            "\"",
            "\n",
            "\b",
            "\u0001",
            "\u001f",
            "\u007f",
            "\u00e9",
            "\u20ac",
            "\ud7ff",
            "\ue000",
            "\uffee",
            "\ud83d\ude00",
            "u")
        .list()
        .ofMaxSize(6)
        .map(parts -> String.join("", parts));
  }

  private static byte[] canonical(String text) {
    return CanonicalJson.write(new JsonString(text));
  }

  @Property(tries = 500)
  void whatTheWriterWritesEndsWhereItEnds(@ForAll @From("texts") String text) {
    byte[] in = canonical(text);
    boolean escaped = new String(in, 1, in.length - 2, UTF_8).indexOf('\\') >= 0;

    assertThat(CanonicalString.end(in, 1)).isEqualTo(in.length);
    assertThat(CanonicalString.unescapedEnd(in, 1))
        .isEqualTo(escaped ? CanonicalString.NOT_CANONICAL : in.length);
    assertThat(CanonicalString.end(Arrays.copyOf(in, in.length - 1), 1))
        .as("without its closing quote")
        .isEqualTo(CanonicalString.NOT_CANONICAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"cut",
        "\"cut after a backslash\\",
        "\"\\/\"",
        "\"\\u0041\"",
        "\"\\u001F\"",
        "\"\\u0008\"",
        "\"\\u000a\"",
        "\"\\u000d\"",
        "\"\\u0020\"",
        "\"\\u00",
        "\"\\x\"",
        "\"tab\there, after a word\"",
        "\"\u0000\""
      })
  void anotherSpellingIsNotCanonical(String spelled) {
    assertThat(CanonicalString.end(spelled.getBytes(UTF_8), 1))
        .isEqualTo(CanonicalString.NOT_CANONICAL);
  }

  @Test
  void bytesThatAreNotUtf8AreNotCanonical() {
    for (String bytes : new String[] {"\"\u0080\"", "\"\u00c3\"", "\"\u00ed\u00a0\u0080\""}) {
      byte[] in = bytes.getBytes(ISO_8859_1);
      assertThat(CanonicalString.end(in, 1)).isEqualTo(CanonicalString.NOT_CANONICAL);
      assertThat(CanonicalString.unescapedEnd(in, 1)).isEqualTo(CanonicalString.NOT_CANONICAL);
    }
  }

  @Test
  void aPlainRunEndsAtTheFirstOtherByteAtEveryPosition() {
    for (byte stop : new byte[] {'"', '\\', 0x1f, 0, (byte) 0x80, (byte) 0xff}) {
      for (int place = 0; place < LONG.length; place++) {
        byte[] in = LONG.clone();
        in[place] = stop;
        for (int from = 0; from <= place; from++) {
          assertThat(CanonicalString.plainEnd(in, from)).isEqualTo(place);
          byte[] out = new byte[in.length + CanonicalString.WORD_BYTES + 3];
          assertThat(CanonicalString.copyPlain(in, from, out, 3)).isEqualTo(place);
          assertThat(Arrays.copyOfRange(out, 3, 3 + place - from))
              .isEqualTo(Arrays.copyOfRange(in, from, place));
        }
        assertThat(CanonicalString.unescapedRunEnd(in, 0))
            .isEqualTo(stop < 0 ? LONG.length : place);
      }
    }
    assertThat(CanonicalString.plainEnd(LONG, 0)).isEqualTo(LONG.length);
  }

  @Test
  void aByteIsFoundAtEveryPosition() {
    assertThat(CanonicalString.contains(LONG, '"')).isFalse();
    for (int place = 0; place < LONG.length; place++) {
      byte[] in = LONG.clone();
      in[place] = '"';
      assertThat(CanonicalString.contains(in, '"')).isTrue();
      in[place] = '"' + 1;
      assertThat(CanonicalString.contains(in, '"')).isFalse();
    }
  }

  @Test
  void aCopyIsWholeHoweverLongItIsAndHoweverLittleRoomThereIs() {
    for (int from = 0; from < LONG.length; from++) {
      for (int end = from; end <= LONG.length; end++) {
        for (int room : new int[] {0, CanonicalString.WORD_BYTES}) {
          byte[] out = new byte[2 + end - from + room];
          assertThat(CanonicalString.copy(LONG, from, end, out, 2)).isEqualTo(2 + end - from);
          assertThat(Arrays.copyOfRange(out, 0, 2)).containsOnly(0);
          assertThat(Arrays.copyOfRange(out, 2, 2 + end - from))
              .isEqualTo(Arrays.copyOfRange(LONG, from, end));
        }
      }
    }
  }

  @Property(tries = 1000)
  void theOrderIsThatOfUtf16AndKeysThatDecideSayTheSame(
      @ForAll @From("texts") String a, @ForAll @From("texts") String b) {
    byte[] first = canonical(a);
    byte[] second = canonical(b);
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    int aEnd = first.length - 1;
    int bStart = first.length + 1;
    int bEnd = both.length - 1;
    int expected = Integer.signum(a.compareTo(b));

    assertThat(Integer.signum(CanonicalString.compare(both, 1, aEnd, bStart, bEnd)))
        .isEqualTo(expected);
    long aKey = CanonicalString.key(both, 1, aEnd);
    long bKey = CanonicalString.key(both, bStart, bEnd);
    if (CanonicalString.decides(aKey) && CanonicalString.decides(bKey) && aKey != bKey) {
      assertThat(Long.compare(aKey, bKey)).isEqualTo(expected);
    }
  }

  @Test
  void aKeyIsTheFirstEightBytesAndDecidesForPlainAsciiAlone() {
    byte[] in = "\"ab\"".getBytes(UTF_8);
    assertThat(CanonicalString.key(in, 1, 3)).isEqualTo(0x6162_0000_0000_0000L);
    assertThat(CanonicalString.key("\"12345678 and more\"".getBytes(UTF_8), 1, 18))
        .isEqualTo(0x3132_3334_3536_3738L);
    assertThat(CanonicalString.decides(0x6162_0000_0000_0000L)).isTrue();
    assertThat(CanonicalString.decides(0x615c_0000_0000_0000L)).as("a backslash").isFalse();
    assertThat(CanonicalString.decides(0x61c3_a900_0000_0000L)).as("not ASCII").isFalse();
  }
}
