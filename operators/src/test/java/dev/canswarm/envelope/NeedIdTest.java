package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NeedIdTest {
  private static final String TEXT = "0123456789abcdef".repeat(4);

  @Test
  void takesSixtyFourLowerCaseHexDigitsFromOutside() {
    assertThat(NeedId.parse(TEXT)).contains(new NeedId(TEXT));
  }

  @Test
  void takesNothingElseFromOutside() {
    assertThat(NeedId.parse("")).isEmpty();
    assertThat(NeedId.parse("#control")).isEmpty();
    assertThat(NeedId.parse(TEXT.substring(1))).isEmpty();
    assertThat(NeedId.parse(TEXT + "0")).isEmpty();
    assertThat(NeedId.parse(TEXT.replace('a', 'A'))).isEmpty();
  }

  @Test
  void isPrintedAsItsBareText() {
    assertThat(new NeedId(TEXT)).hasToString(TEXT);
    assertThat("%s".formatted(new NeedId(TEXT))).isEqualTo(TEXT);
  }

  @Property
  void isEqualAndOrderedAsItsText(@ForAll String one, @ForAll String other) {
    NeedId id = new NeedId(one);
    assertThat(id).isEqualTo(new NeedId(one)).hasSameHashCodeAs(new NeedId(one));
    assertThat(id.equals(new NeedId(other))).isEqualTo(one.equals(other));
    assertThat(id.compareTo(new NeedId(other))).isEqualTo(one.compareTo(other));
  }

  @Test
  void aNeedNamesItselfAndOtherVerbsNameTheirNeed() {
    Envelope need = SampleEnvelopes.need();
    assertThat(need.need()).isEqualTo(new NeedId(need.id()));
    assertThat(need.needId()).isNull();
    Envelope other = SampleEnvelopes.withParents(Verb.DECIDE, 1);
    assertThat(other.need()).isEqualTo(new NeedId("d".repeat(64)));
    assertThat(other.needId()).isSameAs(other.need());
  }
}
