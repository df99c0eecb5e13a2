package dev.canswarm.pipeline.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void textOfAnyScriptStaysAsItIs() {
    String text = "İıŞ 日本 \u200d👩\u200d🔬 → … é";
    assertThat(Printable.value(text)).isSameAs(text);
  }

  @Test
  void escapesBidiOverridesAndTheirIsolates() {
    assertThat(Printable.value("a\u202eb\u2066c\u061c")).isEqualTo("a\\u202eb\\u2066c\\u061c");
  }

  @Test
  void escapesWhatIsInvisibleBeyondTheBasicPlane() {
    assertThat(Printable.value("a\udb40\udc41")).isEqualTo("a\\U000e0041");
  }

  @Test
  void aValueHasNoLineEndsAndLinesKeepTheirs() {
    assertThat(Printable.value("a\nb\tc")).isEqualTo("a\\u000ab\\u0009c");
    assertThat(Printable.lines("a\nb\tc\r")).isEqualTo("a\nb\tc\\u000d");
  }

  @Property
  void nothingUnsafeIsLeft(@ForAll String text) {
    assertThat(Printable.value(text).codePoints().filter(Printable::isUnsafe).count()).isZero();
  }
}
