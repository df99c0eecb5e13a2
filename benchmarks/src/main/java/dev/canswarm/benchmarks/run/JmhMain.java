package dev.canswarm.benchmarks.run;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/** The main class of {@code ./swarm jmh}. */
public final class JmhMain {
  private JmhMain() {}

  /** Runs the command and exits with its exit code. */
  public static void main(String[] args) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    // The launcher sets this property: the working directory need not be the project's root.
    Path reports =
        Path.of(System.getenv().getOrDefault("SWARM_BENCHMARKS_REPORTS", "benchmarks/reports"));
    System.exit(
        JmhCommand.execute(new JmhCommand.Environment(out, err, Clock.systemUTC(), reports), args));
  }
}
