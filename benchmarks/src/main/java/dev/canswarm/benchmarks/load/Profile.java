package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.jvm.JvmProbe;
import dev.canswarm.benchmarks.load.profile.StackShares;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The CPU time of the first pipeline process, by thread group and by package. The kernel counts the
 * time of thread groups. The time of threads that run Java is divided among packages in proportion
 * to the samples of a flight recording.
 */
final class Profile {
  private static final double MICROS_PER_MILLI = 1000;

  private Profile() {}

  /**
   * Ends the recording and reads it.
   *
   * @param reports the recording is put into a new directory there
   * @return two tables of microseconds per NEED
   */
  static Map<String, Map<String, Double>> of(
      JvmProbe probe, Path reports, Usage before, Usage after, int needs, Progress progress)
      throws BenchException, IOException {
    Files.createDirectories(reports);
    Path directory = Files.createTempDirectory(reports.toAbsolutePath(), "bench-");
    Path recording = directory.resolve("pipeline.jfr");
    probe.stopRecording(recording);
    progress.note("swarm: the recording is " + recording);
    Map<String, Double> threads = new TreeMap<>();
    after
        .threads()
        .get(0)
        .millisSince(before.threads().get(0))
        .forEach((group, millis) -> threads.put(group, millis * MICROS_PER_MILLI / needs));
    double java =
        threads.entrySet().stream()
            .filter(entry -> runsJava(entry.getKey()))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    Map<String, Double> packages = new TreeMap<>();
    StackShares.of(recording).forEach((name, share) -> packages.put(name, share * java));
    Map<String, Map<String, Double>> tables = new LinkedHashMap<>();
    tables.put("cpu_us_per_need_by_thread", threads);
    tables.put("cpu_us_per_need_by_package", packages);
    return tables;
  }

  /** The JVM's own threads run no Java, and the recording's samples do not show them. */
  static boolean runsJava(String group) {
    return !(group.startsWith("C1 Comp")
        || group.startsWith("C2 Comp")
        || group.startsWith("VM ")
        || group.startsWith("G1 ")
        || group.startsWith("GC ")
        || group.startsWith("JFR ")
        || group.startsWith("Sweeper"));
  }
}
