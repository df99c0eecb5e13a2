package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EnvelopeIdTest {
  private static final String TEXT = "0123456789abcdef".repeat(4);

  @Test
  void takesSixtyFourLowerCaseHexDigitsFromOutsideAndNothingElse() {
    assertThat(EnvelopeId.parse(TEXT)).contains(new EnvelopeId(TEXT));
    assertThat(EnvelopeId.parse("")).isEmpty();
    assertThat(EnvelopeId.parse(TEXT + "0")).isEmpty();
    assertThat(EnvelopeId.parse(TEXT.replace('a', 'A'))).isEmpty();
  }

  @Test
  void isPrintedAsItsBareText() {
    assertThat(new EnvelopeId(TEXT)).hasToString(TEXT);
  }

  @Property
  void isEqualAndOrderedAsItsText(@ForAll String one, @ForAll String other) {
    EnvelopeId id = new EnvelopeId(one);
    assertThat(id).isEqualTo(new EnvelopeId(one)).hasSameHashCodeAs(new EnvelopeId(one));
    assertThat(id.equals(new EnvelopeId(other))).isEqualTo(one.equals(other));
    assertThat(id.compareTo(new EnvelopeId(other))).isEqualTo(one.compareTo(other));
  }

  @Property
  void aListOfTextsIsReadBackInItsOrder(@ForAll List<String> texts) {
    assertThat(EnvelopeId.texts(EnvelopeId.ofTexts(texts))).isEqualTo(texts);
  }

  @Test
  void onlyAnEmptyTextIsNoEnvelopes() {
    assertThat(EnvelopeId.NONE.isNone()).isTrue();
    assertThat(new EnvelopeId("").isNone()).isTrue();
    assertThat(new EnvelopeId(TEXT).isNone()).isFalse();
  }

  @Test
  void aNeedsIdIsThatOfItsEnvelope() {
    assertThat(NeedId.of(new EnvelopeId(TEXT))).isEqualTo(new NeedId(TEXT));
    assertThat(new NeedId(TEXT).envelope()).isEqualTo(new EnvelopeId(TEXT));
  }
}
