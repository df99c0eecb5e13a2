package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplaySampleTest {
  private static final List<String> NEEDS =
      IntStream.range(0, 250).mapToObj(number -> "need-" + number).toList();

  @Test
  void theShareIsRoundedUpSoThatAnyShareIsAtLeastOneNeed() {
    assertThat(ReplaySample.choose(NEEDS, 1, new Random(7))).hasSize(3);
    assertThat(ReplaySample.choose(NEEDS, 0.001, new Random(7))).hasSize(1);
    assertThat(ReplaySample.choose(NEEDS, 100, new Random(7)))
        .containsExactlyInAnyOrderElementsOf(NEEDS);
  }

  @Test
  void aShareOfZeroOrOfNothingIsNothing() {
    assertThat(ReplaySample.choose(NEEDS, 0, new Random(7))).isEmpty();
    assertThat(ReplaySample.choose(List.of(), 100, new Random(7))).isEmpty();
  }

  @Test
  void theSampleDependsOnTheSeedAndNotOnTheOrderOfTheNeeds() {
    List<String> reversed = new ArrayList<>(NEEDS);
    Collections.reverse(reversed);
    Set<String> chosen = ReplaySample.choose(NEEDS, 10, new Random(7));
    assertThat(ReplaySample.choose(reversed, 10, new Random(7))).isEqualTo(chosen);
    assertThat(ReplaySample.choose(NEEDS, 10, new Random(8))).isNotEqualTo(chosen);
  }

  @Test
  void aSampleIsGoodOnlyIfItIsNotEmptyAndAllOfItPassed() {
    assertThat(new ReplaySample(3, 3, List.of()).ok()).isTrue();
    assertThat(new ReplaySample(3, 2, List.of("a: FAIL")).ok()).isFalse();
    assertThat(new ReplaySample(0, 0, List.of()).ok()).isFalse();
  }
}
