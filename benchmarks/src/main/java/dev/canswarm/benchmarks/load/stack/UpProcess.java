package dev.canswarm.benchmarks.load.stack;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One {@code ./swarm up}. It does not outlive this process: a small shell kills it when a pipe that
 * we hold ends. Thread-safe once started.
 */
final class UpProcess implements AutoCloseable {
  private static final String PID_PREFIX = "swarm-bench-pid ";

  /** The launcher may have to build first. */
  private static final long READY_MILLIS_MAX = 300_000;

  /** Drain, then three servers that stop in order. */
  private static final long STOP_MILLIS_MAX = 60_000;

  private static final int LAST_LINES = 5;

  private static final String WATCHDOG =
      """
      exec 3<&0
      "$@" </dev/null 3<&- & p=$!
      echo "swarm-bench-pid $p"
      (
        trap '' TERM INT HUP
        while read -r _ <&3; do :; done
        kill -s KILL $p
      ) >/dev/null 2>&1 & w=$!
      exec 3<&-
      trap '' TERM INT HUP
      wait $p; code=$?
      kill -s KILL $w; wait $w 2>/dev/null
      exit $code
      """;

  private final String name;
  private final Path errors;
  private final Process shell;
  private final CompletableFuture<Long> pid = new CompletableFuture<>();
  private final CompletableFuture<Optional<ReadyLine>> ready = new CompletableFuture<>();

  private UpProcess(String name, Path errors, Process shell) {
    this.name = name;
    this.errors = errors;
    this.shell = shell;
  }

  /**
   * Starts the process; {@link #awaitReady} waits until it takes messages.
   *
   * @param name for messages and of the file with its standard error
   * @param root where that file is, and its working directory
   * @param environment the whole of it
   */
  static UpProcess start(
      String name, Path root, List<String> command, Map<String, String> environment)
      throws IOException {
    List<String> all = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      all.add("/usr/bin/setsid"); // a terminal's Ctrl-C goes to us alone
    }
    all.addAll(List.of("/bin/sh", "-c", WATCHDOG, "swarm-" + name));
    all.addAll(command);
    Path errors = root.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    var process = new UpProcess(name, errors, builder.start());
    var pump = new Thread(process::pump, "bench-" + name);
    pump.setDaemon(true);
    pump.start();
    return process;
  }

  private void pump() {
    try (BufferedReader out = shell.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(PID_PREFIX)) {
          pid.complete(Long.parseLong(line.substring(PID_PREFIX.length())));
        }
        Optional<ReadyLine> found = ReadyLine.parse(line);
        if (found.isPresent()) {
          ready.complete(found);
        }
      }
    } catch (IOException closed) {
      // The process is gone, which is what the two futures say below.
    }
    pid.complete(-1L);
    ready.complete(Optional.empty());
  }

  /**
   * Waits until it takes messages.
   *
   * @throws BenchException ENVIRONMENT when it ends, or is not ready in time
   */
  ReadyLine awaitReady() throws BenchException, InterruptedException {
    try {
      Optional<ReadyLine> line = ready.get(READY_MILLIS_MAX, TimeUnit.MILLISECONDS);
      if (line.isPresent()) {
        return line.get();
      }
      shell.waitFor(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
      throw new BenchException(BenchExit.ENVIRONMENT, name + " did not start: " + end());
    } catch (TimeoutException | ExecutionException e) {
      throw new BenchException(
          BenchExit.ENVIRONMENT, name + " was not ready within " + READY_MILLIS_MAX + " ms", e);
    }
  }

  String name() {
    return name;
  }

  /** The JVM's process id; the launcher becomes the JVM. */
  long pid() {
    return pid.getNow(-1L);
  }

  boolean alive() {
    return shell.isAlive();
  }

  /** Exit status and last lines of standard error. */
  String end() {
    String status = shell.isAlive() ? "still running" : "exit " + shell.exitValue();
    try {
      List<String> lines =
          Files.readAllLines(errors, StandardCharsets.UTF_8).stream()
              .filter(line -> !line.isBlank())
              .toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
      return status + ": " + String.join(" | ", last);
    } catch (IOException e) {
      return status;
    }
  }

  /** TERM, then KILL when it does not stop in time; returns when it is gone. */
  @Override
  public void close() {
    try {
      ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroy);
      if (!shell.waitFor(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
        shell.waitFor();
      }
    } catch (InterruptedException e) {
      ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }
}
