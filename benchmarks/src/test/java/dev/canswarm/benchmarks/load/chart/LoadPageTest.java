package dev.canswarm.benchmarks.load.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.report.ChartFiles;
import dev.canswarm.benchmarks.report.Machine;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadPageTest {
  private static LoadReport report(String figures) {
    JsonObject peak = StrictJson.parseObject(figures.getBytes(StandardCharsets.UTF_8));
    return new LoadReport(
        new Machine("a cpu", 2, "an os", "a jdk", 0.25, Map.of()), peak, List.of(), List.of());
  }

  @Test
  void theBudgetListsSixteenGroupsAndSumsTheOthers(@TempDir Path directory) {
    String groups =
        IntStream.rangeClosed(1, 20)
            .mapToObj(number -> "\"group-%d\":%d".formatted(number, number * 100))
            .collect(Collectors.joining(","));
    String page =
        LoadPage.of(
            report("{\"cpu_us_per_need_by_thread\":{" + groups + "}}"), new ChartFiles(directory));
    assertThat(page)
        .contains("| `group-20` | 2000 |", "| `group-5` | 500 |")
        .doesNotContain("`group-4`")
        .contains("| others | 1000 |", "| **sum** | 21000 |");
  }

  @Test
  void figuresThatAreNotKnownAreSaidToBeUnknown(@TempDir Path directory) {
    String page = LoadPage.of(report("{\"rss_peak_bytes\":null}"), new ChartFiles(directory));
    assertThat(page)
        .contains("| NEEDs, accepted | unknown, unknown |", "| most memory resident | unknown |")
        .doesNotContain("signatures of a chain", "Latency by offered rate", "## Charts");
  }

  @Test
  void memoryIsInMebibytesAndAllocationInKilobytes(@TempDir Path directory) {
    String page =
        LoadPage.of(
            report("{\"rss_peak_bytes\":3145728,\"allocated_bytes_per_need\":3145728}"),
            new ChartFiles(directory));
    assertThat(page)
        .contains("| most memory resident | 3 MiB |", "| allocated per NEED | 3146 KB |");
  }

  @Test
  void onlyChartsWithFiguresAreDrawn(@TempDir Path directory) {
    assertThat(LoadCharts.write(report("{}"), directory).files()).isEmpty();
    ChartFiles charts =
        LoadCharts.write(report("{\"cpu_us_per_need_by_thread\":{\"main\":1}}"), directory);
    assertThat(charts.problems()).isEmpty();
    assertThat(charts.files()).containsExactly("cpu.png");
  }
}
