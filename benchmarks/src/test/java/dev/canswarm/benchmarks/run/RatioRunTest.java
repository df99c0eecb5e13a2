package dev.canswarm.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.benchmarks.ratio.Ratio;
import dev.canswarm.benchmarks.ratio.RatioBenchmark;
import dev.canswarm.benchmarks.ratio.RatioResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;

class RatioRunTest {
  private static final Parameters PORTABLE =
      new Parameters(
          Map.of(
              Parameters.ENGINE, List.of("i2p"),
              Parameters.PAYLOAD_BYTES, List.of("1024")));
  private final PlayedLauncher jmh = new PlayedLauncher();
  private final List<String> progress = new ArrayList<>();

  private RatioRun run(Parameters parameters, Ratio... wanted) {
    return without("none", parameters, wanted);
  }

  /** A run on a machine on which an engine does not load. */
  private RatioRun without(String engine, Parameters parameters, Ratio... wanted) {
    return new RatioRun(
        jmh,
        List.of(wanted),
        parameters,
        progress::add,
        asked -> asked.equals(engine) ? Optional.of("no build") : Optional.empty());
  }

  /** Twenty seconds from now. */
  private TimeBudget time() {
    return new TimeBudget(jmh.clock(), jmh.now, jmh.now.plusSeconds(20));
  }

  private static String warmUp(int millis) {
    return "-D" + RatioBenchmark.WARM_UP_PROPERTY + "=" + millis;
  }

  @Test
  void aPassMeasuresEachRatioInAProcessOfItsOwnWithTheParameters() throws Exception {
    run(PORTABLE, Ratio.SIGN_PATH, Ratio.SHA256).pass(time());
    assertThat(jmh.requests)
        .extracting(JmhLauncher.Request::benchmarks)
        .containsExactly(List.of(Ratio.SIGN_PATH.benchmark()), List.of(Ratio.SHA256.benchmark()));
    assertThat(jmh.requests)
        .allSatisfy(
            request -> {
              assertThat(request.parameters()).isEqualTo(PORTABLE.values());
              assertThat(request.allocation()).isFalse();
            });
  }

  @Test
  void aProcessWarmsUpInTheTimeThatTheOthersLeaveIt() throws Exception {
    run(PORTABLE, Ratio.SIGN_PATH, Ratio.SHA256).pass(time());
    assertThat(jmh.requests)
        .extracting(JmhLauncher.Request::jvmArgs)
        .containsExactly(
            List.of("-XX:+AlwaysPreTouch", warmUp(7_500)),
            List.of("-XX:+AlwaysPreTouch", warmUp(15_000)));
  }

  @Test
  void aResultIsTheMedianOfAllPasses() throws Exception {
    RatioRun run = run(PORTABLE, Ratio.SHA256);
    for (double ratio : new double[] {0.7, 0.9, 0.8}) {
      jmh.ratios.put(Ratio.SHA256, ratio);
      run.pass(time());
    }
    RatioResult result = run.results().get(0);
    assertThat(result.value()).contains(0.8);
    assertThat(result.trials()).hasSize(3);
    assertThat(run.runs()).hasSize(3);
    assertThat(progress)
        .containsExactly(
            "process 1  sha256                     0.70",
            "process 2  sha256                     0.90",
            "process 3  sha256                     0.80");
  }

  @Test
  void theResultsHaveTheOrderOfTheReportAndTheRunsAreGroupedByRatio() throws Exception {
    RatioRun run = run(PORTABLE, Ratio.SHA256, Ratio.SIGN_PATH);
    run.pass(time());
    run.pass(time());
    assertThat(run.results())
        .extracting(RatioResult::ratio)
        .containsExactly(Ratio.SHA256, Ratio.SIGN_PATH);
    String sign = Ratio.SIGN_PATH.benchmark();
    String hash = Ratio.SHA256.benchmark();
    assertThat(run.runs())
        .extracting((RunResult one) -> one.getParams().getBenchmark())
        .containsExactly(sign, sign, hash, hash);
  }

  @Test
  void aTargetAppliesToItsOwnParametersOnly() throws Exception {
    jmh.ratios.put(Ratio.SHA256, 0.95);
    RatioRun run = run(PORTABLE, Ratio.SIGN_PATH, Ratio.SHA256);
    run.pass(time());
    RatioResult other = run.results().get(0);
    assertThat(other.parameters()).contains("engine=i2p").contains("payloadBytes=1024");
    assertThat(other.value()).isPresent();
    assertThat(other.reached()).isEmpty();
    RatioResult plain = run.results().get(1);
    assertThat(plain.parameters()).isEmpty();
    assertThat(plain.reached()).as("it has no parameters").contains(true);
  }

  @Test
  void withoutOtherParametersAnEnginesRatioIsThatOfItsTarget() throws Exception {
    jmh.ratios.put(Ratio.SIGN_PATH, 0.75);
    RatioRun run = run(Parameters.NONE, Ratio.SIGN_PATH);
    run.pass(time());
    assertThat(run.results().get(0).parameters()).contains("engine=accp", "payloadBytes=512");
    assertThat(run.results().get(0).reached()).contains(true);
  }

  @Test
  void aRatioWhoseEngineDoesNotLoadIsLeftOutWithTheReason() throws Exception {
    RatioRun run = without("i2p", PORTABLE, Ratio.SIGN_PATH, Ratio.SHA256, Ratio.ACCP_VS_I2P_SIGN);
    run.pass(time());
    assertThat(jmh.requests)
        .extracting(JmhLauncher.Request::benchmarks)
        .containsExactly(
            List.of(Ratio.SHA256.benchmark()), List.of(Ratio.ACCP_VS_I2P_SIGN.benchmark()));
    assertThat(jmh.requests.get(0).jvmArgs()).contains(warmUp(7_500));
    assertThat(run.results())
        .extracting(RatioResult::notMeasuredReason)
        .containsExactly("i2p does not load here: no build", "", "");
    assertThat(run.results().get(0).value()).isEmpty();
  }

  @Test
  void enginesAreComparedOnlyWhereTheFasterOneLoads() throws Exception {
    RatioRun run = without("accp", PORTABLE, Ratio.SIGN_PATH, Ratio.ACCP_VS_I2P_SIGN);
    run.pass(time());
    assertThat(run.results())
        .extracting(RatioResult::notMeasuredReason)
        .containsExactly("", "accp does not load here: no build");
  }

  @Test
  void aProcessThatFailsEndsThePass() {
    jmh.failure = Optional.of(new JmhException(JmhExitCode.FAILED, "a benchmark failed", null));
    RatioRun run = run(PORTABLE, Ratio.SIGN_PATH, Ratio.SHA256);
    assertThatThrownBy(() -> run.pass(time())).hasMessage("a benchmark failed");
    assertThat(jmh.requests).hasSize(1);
    assertThat(progress).isEmpty();
  }
}
