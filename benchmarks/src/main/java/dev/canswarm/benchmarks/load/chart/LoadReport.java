package dev.canswarm.benchmarks.load.chart;

import dev.canswarm.benchmarks.report.Machine;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a report shows.
 *
 * @param machine on which everything was measured
 * @param peak the figures of the run in which all NEEDs were due at once, with a profile
 * @param rates runs at lower rates, ascending
 * @param memory samples of the peak run, ascending by time
 */
public record LoadReport(
    Machine machine, JsonObject peak, List<RateRun> rates, List<MemorySample> memory) {
  static final String PAGE = "report.md";
  private static final String SUMMARY = "summary.json";

  public LoadReport {
    rates = List.copyOf(rates);
    memory = List.copyOf(memory);
  }

  /** Returns a figure of the peak run; empty if it is not known. */
  OptionalDouble figure(String name) {
    return peak.get(name) instanceof JsonNumber number
        ? OptionalDouble.of(number.value())
        : OptionalDouble.empty();
  }

  /** Returns CPU microseconds per NEED by thread group and server, the largest first. */
  Map<String, Double> cpuMicros() {
    Map<String, Double> micros = new LinkedHashMap<>(numbers("cpu_us_per_need_by_thread"));
    numbers("cpu_ms_per_need")
        .forEach(
            (process, millis) -> {
              if (!process.startsWith("pipeline")) {
                micros.put(process, millis * 1_000);
              }
            });
    Map<String, Double> sorted = new LinkedHashMap<>();
    micros.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** Returns the numbers of an object of the peak run's figures; none if it is not there. */
  Map<String, Double> numbers(String name) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    if (peak.get(name) instanceof JsonObject object) {
      object
          .members()
          .forEach(
              (key, value) -> {
                if (value instanceof JsonNumber number) {
                  numbers.put(key, number.value());
                }
              });
    }
    return numbers;
  }

  /**
   * Writes the page, its charts and the figures of the peak run to a directory, which is created if
   * necessary.
   *
   * @param peakJson the figures as one line of JSON
   * @return the page
   */
  public Path write(Path directory, String peakJson) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(SUMMARY), peakJson + "\n", StandardCharsets.UTF_8);
    Path page = directory.resolve(PAGE);
    String text = LoadPage.of(this, LoadCharts.write(this, directory));
    return Files.writeString(page, text, StandardCharsets.UTF_8);
  }
}
