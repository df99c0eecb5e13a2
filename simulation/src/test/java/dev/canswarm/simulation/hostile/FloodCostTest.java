package dev.canswarm.simulation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a flood may cost, each at its bound. */
class FloodCostTest {
  private static final long BEFORE = 500L << 20;
  private static final long MOST = 2 * BEFORE + (256L << 20);

  private static FloodReport report(FloodCost cost) {
    return new FloodReport(new TreeMap<>(), 1, 1, List.of(), 0, 1, FloodCost.UNKNOWN)
        .withCost(cost);
  }

  @Test
  void memoryMayGrowByItsRatioAndItsRoomAndNoFurther() {
    FloodCost most = new FloodCost(BEFORE, MOST, 2_048, 8_192);
    assertThat(most.problems()).isEmpty();
    assertThat(report(most).isGood()).isTrue();
    FloodCost more = new FloodCost(BEFORE, MOST + 1, 2_048, 8_192);
    assertThat(more.problems())
        .containsExactly("memory in bytes: expected at most %d, got %d".formatted(MOST, MOST + 1));
    assertThat(report(more).isGood()).isFalse();
  }

  @Test
  void rowsAndLinesHaveABoundEach() {
    assertThat(new FloodCost(BEFORE, BEFORE, 2_049, 8_193).problems())
        .containsExactly(
            "bytes of a refused record's row: expected at most 2048, got 2049",
            "bytes of a refused record's audit line: expected at most 8192, got 8193");
  }

  @Test
  void whatIsNotKnownIsNotJudged() {
    assertThat(FloodCost.UNKNOWN.problems()).isEmpty();
    assertThat(report(FloodCost.UNKNOWN).isGood()).isTrue();
  }
}
