package dev.canswarm.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.ratio.Ratio;
import dev.canswarm.benchmarks.ratio.RatioResult;
import dev.canswarm.benchmarks.ratio.Round;
import dev.canswarm.benchmarks.ratio.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatioLinesTest {
  private static RatioResult measured(double ratio, boolean comparable, boolean warm) {
    var trial = new Trial(List.of(new Round(ratio, 4_000, 4_000 * ratio, ratio, warm)));
    String parameters = comparable ? "" : "engine=i2p";
    return new RatioResult(Ratio.SIGN_PATH, List.of(trial), parameters, comparable, "");
  }

  @Test
  void theVerdictSaysWhetherTheTargetIsReached() {
    assertThat(RatioLines.verdict(measured(0.75, true, true))).isEqualTo("reached");
    assertThat(RatioLines.verdict(measured(0.7499, true, true))).isEqualTo("MISSED");
  }

  @Test
  void theVerdictSaysWhyItIsNone() {
    assertThat(RatioLines.verdict(measured(0.1, false, true))).isEqualTo("other setup");
    assertThat(RatioLines.verdict(RatioResult.absent(Ratio.SIGN_PATH, "why")))
        .isEqualTo("not measured");
  }

  @Test
  void codeThatWasNotWarmIsSaidWithEveryVerdict() {
    assertThat(RatioLines.verdict(measured(9, true, false))).isEqualTo("reached, not warm");
    assertThat(RatioLines.verdict(measured(0.1, true, false))).isEqualTo("MISSED, not warm");
    assertThat(RatioLines.verdict(measured(0.1, false, false))).isEqualTo("other setup, not warm");
  }

  @Test
  void aLineHasTheValueTheTargetTheVerdictAndTheTimesOfBothSides() {
    assertThat(lines(measured(0.5, false, true)))
        .singleElement()
        .asString()
        .matches(
            "  sign_path +0\\.50  \\(target ≥ 0\\.75\\)  other setup  .* 4\\.00 µs, .* 2\\.00 µs"
                + "  engine=i2p");
  }

  @Test
  void aLineOfWhatWasNotMeasuredGivesTheReason() {
    assertThat(lines(RatioResult.absent(Ratio.SIGN_PATH, "accp does not load here")))
        .singleElement()
        .asString()
        .matches("  sign_path +-  \\(target ≥ 0\\.75\\)  not measured +accp does not load here");
  }

  private static List<String> lines(RatioResult result) {
    return RatioLines.of(
        new Report(
            true,
            Instant.EPOCH,
            Duration.ZERO,
            new Machine("a cpu", 2, "an os", "a jdk", 0.5, Map.of()),
            List.of(result),
            List.of(),
            List.of()));
  }
}
