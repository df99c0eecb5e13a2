package dev.canswarm.simulation.chaos;

import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
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
import org.jspecify.annotations.Nullable;

/**
 * One {@code ./swarm up} process, restarted on the same directory. It does not outlive this
 * process: a small shell kills it when the pipe that we hold closes. Not thread-safe.
 */
public final class SwarmProcess implements AutoCloseable {
  private static final String PID_PREFIX = "swarm-child-pid ";
  private static final String READY_PREFIX = "ready ";
  private static final long READY_MILLIS_MAX = 120_000;

  /** Drain, then three servers that stop in order. */
  private static final long STOP_MILLIS_MAX = 60_000;

  private static final int LAST_LINES = 3;

  private static final String WATCHDOG =
      """
      exec 3<&0
      "$@" </dev/null 3<&- & p=$!
      echo "swarm-child-pid $p"
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

  private record Running(
      Process shell, CompletableFuture<Long> pid, CompletableFuture<Boolean> ready) {}

  private final String name;
  private final Path root;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path errors;
  private final AuditTrail trail;
  private @Nullable Running running;

  /**
   * @param name its name in messages
   * @param root parent of its data directory and of a file with its standard error
   * @param command the command to run
   * @param environment its whole environment
   */
  SwarmProcess(String name, Path root, List<String> command, Map<String, String> environment) {
    this.name = name;
    this.root = root;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.errors = root.resolve(name + ".err");
    this.trail = new AuditTrail(root.resolve(name).resolve("audit"));
  }

  String name() {
    return name;
  }

  /** Returns the trail of the NEEDs that it has received since its last start. */
  AuditTrail trail() {
    return trail;
  }

  public void start() throws IOException {
    trail.restart();
    List<String> all = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      all.add("/usr/bin/setsid"); // a terminal's Ctrl-C goes to us alone
    }
    all.addAll(List.of("/bin/sh", "-c", WATCHDOG, "swarm-" + name));
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    Running next =
        new Running(builder.start(), new CompletableFuture<>(), new CompletableFuture<>());
    running = next;
    Thread pump = new Thread(() -> pump(next), "swarm-chaos-" + name);
    pump.setDaemon(true);
    pump.start();
  }

  private static void pump(Running running) {
    try (BufferedReader out = running.shell().inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(PID_PREFIX)) {
          running.pid().complete(Long.parseLong(line.substring(PID_PREFIX.length())));
        } else if (line.startsWith(READY_PREFIX)) {
          running.ready().complete(true);
        }
      }
    } catch (IOException closed) {
      // The process is gone, as recorded below.
    }
    running.pid().complete(-1L);
    running.ready().complete(false);
  }

  /** Whether it accepts messages now. */
  boolean ready() {
    return running != null && running.ready().getNow(false) && running.shell().isAlive();
  }

  /** Whether it runs, ready or not. */
  boolean alive() {
    return running != null && running.shell().isAlive();
  }

  /**
   * Waits until it accepts messages.
   *
   * @throws CommandException when it ends, or is not ready in time
   */
  public void awaitReady() throws CommandException, InterruptedException {
    Running present = required();
    try {
      if (present.ready().get(READY_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        return;
      }
      present.shell().waitFor(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
      throw new CommandException(ExitCode.FAILED, name + " did not start: " + end());
    } catch (TimeoutException | ExecutionException e) {
      throw new CommandException(
          ExitCode.FAILED, name + " was not ready within " + READY_MILLIS_MAX + " ms", e);
    }
  }

  /** Returns how it ended: the exit status and the last lines of its standard error. */
  String end() {
    Running present = required();
    String status = present.shell().isAlive() ? "running" : "exit " + present.shell().exitValue();
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

  /** Returns the process itself, not the shell above it. */
  public Optional<ProcessHandle> handle() {
    return ProcessHandle.of(required().pid().getNow(-1L)).filter(ProcessHandle::isAlive);
  }

  /** Returns the process itself, once the shell above it has said which one it is. */
  private static Optional<ProcessHandle> started(Running present) throws InterruptedException {
    try {
      return ProcessHandle.of(present.pid().get(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    }
  }

  /** Sends SIGKILL and waits until it is gone. */
  void kill() throws InterruptedException {
    Running present = required();
    started(present).ifPresent(ProcessHandle::destroyForcibly);
    present.shell().waitFor(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
  }

  /**
   * Sends TERM and waits until it is gone.
   *
   * @return its exit status, or -1 if it did not stop in time and was killed
   */
  int terminate() throws InterruptedException {
    Running present = required();
    started(present).ifPresent(ProcessHandle::destroy);
    if (present.shell().waitFor(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
      return present.shell().exitValue();
    }
    kill();
    return -1;
  }

  private Running required() {
    if (running == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return running;
  }

  /** Stops it: TERM first, then SIGKILL. */
  @Override
  public void close() throws InterruptedException {
    if (alive()) {
      terminate();
    }
  }
}
