package dev.canswarm.benchmarks.load.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.report.Machine;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadReportTest {
  private static final String FIGURES =
      """
      {"needs":20,"accepted":20,"needs_per_s":400.4,"of_crypto":0.1,"crypto_per_s":4000,\
      "cpu_ms_per_need_total":3.25,"allocated_bytes_per_need":400000,"rss_peak_bytes":null,\
      "cpu_ms_per_need":{"pipeline":2.5,"pipeline-2":0.1,"postgresql":0.7,"redis":0.05},\
      "cpu_us_per_need_by_thread":{"compute":900,"broker":300,"idle":0}}""";

  private static LoadReport report(List<RateRun> rates, List<MemorySample> memory) {
    JsonObject peak = StrictJson.parseObject(FIGURES.getBytes(StandardCharsets.UTF_8));
    return new LoadReport(
        new Machine("a cpu", 2, "an os", "a jdk", 0.25, Map.of()), peak, rates, memory);
  }

  @Test
  void cpuTimeIsOfThreadsAndServersTheLargestFirst() {
    assertThat(report(List.of(), List.of()).cpuMicros().entrySet())
        .extracting(Map.Entry::getKey)
        .containsExactly("compute", "postgresql", "broker", "redis", "idle");
  }

  @Test
  void thePageShowsFiguresRatesAndTheBudgetAndThePagesFilesAreThere(@TempDir Path directory)
      throws Exception {
    Path page =
        report(List.of(new RateRun(40, 20, 60.4)), List.of(new MemorySample(1, 1 << 20, 1 << 19)))
            .write(directory.resolve("new"), FIGURES);
    String text = Files.readString(page);
    assertThat(text)
        .contains("| NEEDs per second | 400 |")
        .contains("| CPU per NEED, all processes | 3.25 ms |")
        .contains("| most memory resident | unknown |")
        .contains("| 40.0 | 20 | 60 |")
        .contains("| `postgresql` | 700 |")
        .contains("| **sum** | 1950 |")
        .contains("| signatures of a chain alone, by the fastest engine | 500 |");
    for (String name : List.of("latency.png", "cpu.png", "memory.png")) {
      assertThat(text).containsAnyOf("](" + name + ")", "Not drawn: " + name);
    }
    assertThat(Files.readString(page.resolveSibling("summary.json"))).isEqualTo(FIGURES + "\n");
  }
}
