package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  @Test
  void slipsOfTheFingerAreOneApart() {
    assertThat(NearestName.distance("port", "prot")).isEqualTo(1);
    assertThat(NearestName.distance("port", "prt")).isEqualTo(1);
    assertThat(NearestName.distance("port", "porrt")).isEqualTo(1);
    assertThat(NearestName.distance("port", "fort")).isEqualTo(1);
    assertThat(NearestName.distance("", "port")).isEqualTo(4);
  }

  @Test
  void amongEqualsTheFirstInTextOrderIsChosen() {
    assertThat(NearestName.of("x", List.of("c", "b", "aa"))).isEqualTo("b");
  }

  @Test
  void aTextThatIsLikeNoneIsNearNone() {
    assertThat(NearestName.near("--josn", List.of("--json", "--data"))).hasValue("--json");
    assertThat(NearestName.near("--x", List.of("--json", "--data"))).isEmpty();
    assertThat(NearestName.near("--x", List.of())).isEmpty();
  }

  @Property(tries = 300)
  void theDistanceIsTheSameBothWaysAndZeroOnlyToItself(
      @ForAll @AlphaChars @StringLength(max = 8) String a,
      @ForAll @AlphaChars @StringLength(max = 8) String b) {
    assertThat(NearestName.distance(a, b))
        .isEqualTo(NearestName.distance(b, a))
        .isBetween(a.equals(b) ? 0 : 1, Math.max(a.length(), b.length()));
    assertThat(NearestName.distance(a, a)).isZero();
  }
}
