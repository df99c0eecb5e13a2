package dev.canswarm.pipeline.cli.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoundedLinesTest {

  @Test
  void linesComeOneByOneTheLastAlsoWithoutItsLineFeed() throws Exception {
    assertThat(texts("a\n\nbc\n", 10)).containsExactly("1:a", "2:", "3:bc");
    assertThat(texts("a\nbc", 10)).containsExactly("1:a", "2:bc");
    assertThat(texts("", 10)).isEmpty();
    assertThat(texts("\n", 10)).containsExactly("1:");
  }

  @Test
  void aLineOfTheGreatestLengthIsKeptAndALongerOneOnlyCounted() throws Exception {
    assertThat(texts("12345\n123456\nx\n", 5)).containsExactly("1:12345", "2:too long 6", "3:x");
    assertThat(texts("123456", 5)).containsExactly("1:too long 6");
  }

  @Test
  void linesLongerThanTheBufferAreWhole() throws Exception {
    String line = "0123456789".repeat(30_000);
    assertThat(texts(line + "\n" + line, 1 << 20)).containsExactly("1:" + line, "2:" + line);
  }

  @Test
  void aLineThatNeverEndsIsReadWithoutBeingHeld() throws Exception {
    long bytes = 300L << 20;
    var lines = new BoundedLines(new Endless(bytes), 1000);
    BoundedLines.Line line = lines.next().orElseThrow();
    assertThat(line.tooLong()).isTrue();
    assertThat(line.length()).isEqualTo(bytes);
    assertThat(line.bytes()).isEmpty();
    assertThat(lines.next()).isEmpty();
  }

  private static List<String> texts(String input, int lineBytesMax) throws IOException {
    var lines = new BoundedLines(new ByteArrayInputStream(input.getBytes(US_ASCII)), lineBytesMax);
    var texts = new ArrayList<String>();
    for (Optional<BoundedLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
      BoundedLines.Line found = line.get();
      texts.add(
          found.number()
              + ":"
              + (found.tooLong()
                  ? "too long " + found.length()
                  : new String(found.bytes(), US_ASCII)));
    }
    return texts;
  }

  /** So many bytes without a line feed. */
  private static final class Endless extends InputStream {
    private long left;

    Endless(long bytes) {
      left = bytes;
    }

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int count = (int) Math.min(left, length);
      left -= count;
      return count == 0 ? -1 : count;
    }
  }
}
