package dev.canswarm.benchmarks.report;

import dev.canswarm.benchmarks.input.BenchEngines;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The machine and JVM on which a report was measured.
 *
 * @param cpu the processor's model name, or the architecture if the system does not state it
 * @param cores the number of processors available to the JVM
 * @param os name, version and architecture
 * @param jdk the JVM's name and version
 * @param loadBefore the system's load average of the minute before the run; negative if unknown
 * @param engines for each engine {@code loads}, or the reason why it does not load
 */
public record Machine(
    String cpu, int cores, String os, String jdk, double loadBefore, Map<String, String> engines) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Describes the current machine and measures its load. Blocks while it loads the engines. */
  public static Machine here() {
    Map<String, String> engines = new LinkedHashMap<>();
    for (String name : BenchEngines.NAMES) {
      engines.put(name, BenchEngines.unavailableReason(name).orElse("loads"));
    }
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        property("java.vm.name") + " " + property("java.vm.version"),
        load(),
        engines);
  }

  /** Returns the load average of the last minute, or a negative number if unknown. */
  public static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> property("os.arch"));
    } catch (IOException notLinux) {
      return property("os.arch");
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }
}
