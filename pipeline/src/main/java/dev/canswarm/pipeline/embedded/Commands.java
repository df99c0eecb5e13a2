package dev.canswarm.pipeline.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short-lived helper commands. */
final class Commands {

  private static final long MILLIS_MAX = 60_000;

  private Commands() {}

  /** Whether a directory of {@code PATH} contains {@code program}. */
  static boolean onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String directory : path.split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs a command for at most {@value #MILLIS_MAX} ms and writes its output to {@code output}.
   * Blocks.
   *
   * @return its exit status, or −1 on timeout
   * @throws IOException if it cannot be started
   */
  static int run(List<String> command, Path output) throws IOException {
    return run(command, ProcessBuilder.Redirect.to(output.toFile()));
  }

  /** Runs a command and returns whether its exit status is 0. */
  static boolean succeeds(List<String> command) {
    try {
      return run(command, ProcessBuilder.Redirect.DISCARD) == 0;
    } catch (IOException cannotRun) {
      return false;
    }
  }

  private static int run(List<String> command, ProcessBuilder.Redirect output) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    process.getOutputStream().close();
    try {
      if (process.waitFor(MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return -1;
  }
}
