package dev.canswarm.benchmarks.run;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/** The program behind {@code ./swarm jmh}. */
public final class JmhMain {
  private JmhMain() {}

  /** Runs it and exits with its code. */
  public static void main(String[] args) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    // As the launcher says it: this need not be run from the project's root.
    Path reports =
        Path.of(System.getenv().getOrDefault("SWARM_BENCHMARKS_REPORTS", "benchmarks/reports"));
    System.exit(
        JmhCommand.execute(new JmhCommand.Place(out, err, Clock.systemUTC(), reports), args));
  }
}
