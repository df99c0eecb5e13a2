package dev.canswarm.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Recorded bytes are shown so that none of them reaches a terminal as a control character. */
class RecordedTextTest {
  @Test
  void whatIsUtf8IsShownAsText() {
    assertThat(RecordedText.of("grün".getBytes(UTF_8))).isEqualTo("grün");
  }

  @Test
  void everyByteThatIsNotPrintableIsEscaped() {
    assertThat(RecordedText.escaped(new byte[] {'a', ' ', '~', 0x7f, 0, 0x1b, (byte) 0xff}))
        .isEqualTo("a ~\\x7f\\x00\\x1b\\xff");
    for (int value = 0; value < 256; value++) {
      String shown = RecordedText.escaped(new byte[] {(byte) value});
      assertThat(shown.chars()).as("byte %d", value).allMatch(c -> c >= ' ' && c <= '~');
      assertThat(shown.length()).isIn(1, 4);
    }
  }

  @Test
  void onlyTheBeginningOfManyBytesIsShown() {
    assertThat(RecordedText.escaped(new byte[0])).isEmpty();
    byte[] most = "x".repeat(RecordedText.SHOWN_BYTES_MAX).getBytes(UTF_8);
    assertThat(RecordedText.escaped(most)).hasSize(most.length).doesNotContain("…");
    byte[] more = "x".repeat(RecordedText.SHOWN_BYTES_MAX + 1).getBytes(UTF_8);
    assertThat(RecordedText.escaped(more)).hasSize(most.length + 1).endsWith("x…");
  }
}
