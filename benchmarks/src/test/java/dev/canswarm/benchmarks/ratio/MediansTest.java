package dev.canswarm.benchmarks.ratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MediansTest {
  @Test
  void isTheMiddleValueOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Medians.of(List.of(9.0, 1.0, 2.0))).isEqualTo(2.0);
    assertThat(Medians.of(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3.0);
    assertThat(Medians.of(List.of(5.0))).isEqualTo(5.0);
  }

  @Test
  void refusesNoValues() {
    assertThatThrownBy(() -> Medians.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
