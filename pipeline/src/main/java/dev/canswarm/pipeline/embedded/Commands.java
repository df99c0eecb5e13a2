package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short-lived helper commands. */
final class Commands {

  private static final long MILLIS_MAX = 60_000;
  private static final long KILL_MILLIS_MAX = 5_000;

  private Commands() {}

  /** Whether a directory of {@code PATH} contains {@code program}. */
  static boolean onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return ProgramPath.has(program, path);
  }

  /**
   * Runs a command for at most {@value #MILLIS_MAX} ms, then kills it and all that it started.
   * Blocks.
   *
   * @param directory its working directory
   * @param input its standard input, at most some KiB
   * @param output the file that receives its output
   * @return its exit status, or −1 on timeout
   * @throws IOException if it cannot be started
   */
  static int run(List<String> command, Path directory, String input, Path output)
      throws IOException {
    return run(command, directory, input, ProcessBuilder.Redirect.to(output.toFile()));
  }

  /** Runs a command and returns whether its exit status is 0. */
  static boolean succeeds(List<String> command) {
    try {
      return run(command, Path.of("/"), "", ProcessBuilder.Redirect.DISCARD) == 0;
    } catch (IOException cannotRun) {
      return false;
    }
  }

  private static int run(
      List<String> command, Path directory, String input, ProcessBuilder.Redirect output)
      throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException ended) {
      // It does not read its input; the exit status shows whether that matters.
    }
    try {
      if (process.waitFor(MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Signals.killAndWait(Signals.tree(process.toHandle()), KILL_MILLIS_MAX);
    return -1;
  }
}
