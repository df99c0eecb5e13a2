package dev.canswarm.benchmarks.ratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Benchmark;

class RatioTest {
  @Test
  void theTargetsAreThoseThatWereSet() {
    assertThat(Arrays.stream(Ratio.values()).collect(Collectors.toMap(Ratio::key, Ratio::target)))
        .containsOnly(
            entry("sign_path", 0.75),
            entry("verify_path", 0.85),
            entry("canonicalise_vs_erdtman", 4.0),
            entry("check_vs_erdtman", 8.0),
            entry("sha256", 0.95),
            entry("accp_vs_i2p_sign", 5.0),
            entry("accp_vs_i2p_verify", 3.5));
  }

  @ParameterizedTest
  @EnumSource
  void everyRatioHasItsBenchmark(Ratio ratio) {
    assertThat(Arrays.stream(RatioBenchmark.class.getMethods()))
        .anyMatch(
            method ->
                method.getName().equals(ratio.method())
                    && method.isAnnotationPresent(Benchmark.class));
  }

  @Test
  void aFewInterruptedTurnsDoNotMoveASidesTime() {
    var side = new SideTimings();
    for (int turn = 0; turn < 99; turn++) {
      side.add(turn % 3 == 0 ? 50_000_000 : 20_000, 100_000_000);
    }
    assertThat(side.callNanos()).isEqualTo(20_000);
    assertThat(side.totalNanos()).isGreaterThan(1_000_000_000);
  }

  @Test
  void aTurnGetsAsManyCallsAsFitAndOneAtLeast() {
    assertThat(callsWhenACallTakes(20_000)).isEqualTo(1_000);
    assertThat(callsWhenACallTakes(300_000_000)).isEqualTo(1);
    assertThat(callsWhenACallTakes(1)).isEqualTo(4_096);
  }

  private static int callsWhenACallTakes(long nanos) {
    var side = new SideTimings();
    side.add(nanos, nanos);
    side.calibrate();
    return side.calls();
  }

  @Test
  void compilersAreIdleWhenTheirQueuesListNoMethod() {
    String idle = "Current compiles: \n\nC1 compile queue:\nEmpty\n\nC2 compile queue:\nEmpty\n";
    assertThat(JitActivity.listsNoMethod(idle)).isTrue();
    assertThat(
            JitActivity.listsNoMethod(idle.replaceFirst("Empty", "702  4  java.lang.String::trim")))
        .isFalse();
    assertThat(
            JitActivity.listsNoMethod("Current compiles: \nC2 CompilerThread0  702  4  T::run\n"))
        .isFalse();
  }

  @Test
  void aResultIsTheMedianOfItsProcessesAndEachOfThoseOfItsRounds() {
    var result =
        new RatioResult(
            Ratio.SIGN_PATH,
            List.of(trial(0.7, 0.8, 5), trial(0.1, 0.2, 0.3), trial(0.74, 0.76, 0.75)),
            "",
            true,
            "");
    assertThat(result.value()).contains(0.75);
    assertThat(result.reached()).contains(true);
  }

  @Test
  void nothingIsSaidOfATargetWhereItDoesNotApply() {
    var other = new RatioResult(Ratio.SIGN_PATH, List.of(trial(0.1)), "engine=i2p", false, "");
    assertThat(other.value()).contains(0.1);
    assertThat(other.reached()).isEmpty();
    assertThat(RatioResult.absent(Ratio.SIGN_PATH, "why").value()).isEmpty();
  }

  private static Trial trial(double... ratios) {
    return new Trial(
        Arrays.stream(ratios).mapToObj(ratio -> new Round(ratio, 1, ratio, ratio, true)).toList());
  }
}
