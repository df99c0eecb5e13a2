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
 * What the figures were measured on.
 *
 * @param cpu its model, where the system tells
 * @param cores that the JVM may use
 * @param os name, version, architecture
 * @param jdk the JVM's name and version
 * @param loadBefore processes that wanted to run, on the average of the minute before; negative
 *     where the system does not tell
 * @param engines each engine's name, with {@code loads} or why it does not
 */
public record Machine(
    String cpu, int cores, String os, String jdk, double loadBefore, Map<String, String> engines) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** This one, now. */
  public static Machine here() {
    Map<String, String> engines = new LinkedHashMap<>();
    for (String name : BenchEngines.NAMES) {
      engines.put(name, BenchEngines.whyAbsent(name).orElse("loads"));
    }
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        property("java.vm.name") + " " + property("java.vm.version"),
        load(),
        engines);
  }

  /** The load of the last minute; negative where the system does not tell. */
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
