package dev.canswarm.benchmarks.load;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The program behind {@code ./swarm bench}. */
public final class BenchMain {
  private BenchMain() {}

  /** Runs it and exits with its code. */
  public static void main(String[] args) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Map<String, String> environment = System.getenv();
    var place =
        new BenchCommand.Place(
            out,
            err,
            environment,
            Path.of(environment.getOrDefault("SWARM_LAUNCHER", "./swarm")).toAbsolutePath(),
            Path.of(environment.getOrDefault("SWARM_BENCHMARKS_REPORTS", "benchmarks/reports")));
    System.exit(BenchCommand.execute(place, args));
  }
}
