package dev.canswarm.pipeline.embedded;

import dev.canswarm.config.SettingKeys;
import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running native server that cannot outlive this JVM. A small shell reads from a pipe that this
 * process keeps open; when the pipe closes, through {@link #stop}, exit or kill -9, the shell stops
 * the server. Thread-safe.
 */
final class ChildServer {

  /**
   * Describes how to run the server.
   *
   * @param kind the kind of server
   * @param stopSignal the signal that requests an orderly shutdown
   * @param command the program and its arguments
   * @param directory its working directory
   * @param log the file that receives its output
   * @param readiness how it says that it accepts connections
   */
  record Spec(
      ServerKind kind,
      String stopSignal,
      List<String> command,
      Path directory,
      Path log,
      Readiness readiness) {}

  /**
   * Describes how a server says that it accepts connections.
   *
   * @param marker a part of the line that it prints then
   * @param port the port it listens on
   * @param millisMax the longest time until it prints that line, in milliseconds
   */
  record Readiness(String marker, int port, long millisMax) {}

  private static final Logger LOG = LoggerFactory.getLogger(ChildServer.class);

  private static final String PID_PREFIX = "swarm-child-pid ";

  /**
   * The shell kills the server 10 s after asking it to stop; this allows some extra time for the
   * exit.
   */
  private static final long STOP_MILLIS_MAX = 12_000;

  private static final long KILL_MILLIS_MAX = 5_000;

  /**
   * The shell's parameters are the stop signal ($1) and the command. A subshell waits for the end
   * of the pipe (fd 3), resumes a paused server, asks it to stop, and finally kills it and its
   * children. The shell waits for the server and ends after the subshell, so that no signal reaches
   * a recycled process id. USR1 signals the subshell that the server has ended: it ends at once
   * while it reads the pipe, and else once its {@code sleep} is over, which would outlive it
   * otherwise.
   */
  private static final String WATCHDOG =
      """
      sig=$1; shift
      exec 3<&0
      "$@" </dev/null 3<&- & p=$!
      echo "swarm-child-pid $p"
      (
        trap '' TERM INT HUP
        while read -r _ <&3; do :; done
        trap 'exit' USR1
        kids() { cat "/proc/$p/task/$p/children" || pgrep -P "$p"; }
        kill -s CONT $p $(kids)
        kill -s "$sig" $p
        i=0
        while kill -0 $p && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
        kill -s KILL $p $(kids)
      ) >/dev/null 2>&1 & w=$!
      exec 3<&-
      trap '' TERM INT HUP
      wait $p; code=$?
      kill -s USR1 $w; wait $w 2>/dev/null
      exit $code
      """;

  private final Spec spec;
  private final Process shell;
  private final BoundedLog log;
  private final CompletableFuture<Long> pid = new CompletableFuture<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private ChildServer(Spec spec, Process shell, BoundedLog log) {
    this.spec = spec;
    this.shell = shell;
    this.log = log;
  }

  /**
   * Starts the server and returns once it accepts connections. Stops it if it does not become
   * ready.
   *
   * @throws EmbeddedStackException PORT_TAKEN or SERVER_FAILED, with the end of its log
   */
  static ChildServer start(Spec spec) throws EmbeddedStackException {
    List<String> command = new ArrayList<>();
    if (Commands.onPath("setsid")) {
      // A terminal sends Ctrl-C to the process group. In a session of its own the server does not
      // get it, and this process stops the servers in order.
      command.add("setsid");
    }
    command.addAll(
        List.of("/bin/sh", "-c", WATCHDOG, "swarm-" + spec.kind().label(), spec.stopSignal()));
    command.addAll(spec.command());
    ChildServer server;
    try {
      BoundedLog log = new BoundedLog(spec.log());
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      dropSettings(builder.environment());
      server = new ChildServer(spec, builder.directory(spec.directory().toFile()).start(), log);
    } catch (IOException e) {
      throw failed(spec, "could not be run: " + e.getMessage(), "", e);
    }
    Thread pump = new Thread(server::pump, "swarm-" + spec.kind().label() + "-log");
    pump.setDaemon(true);
    pump.start();
    server.awaitReady();
    return server;
  }

  /** A server gets none of this program's variables, which may hold passwords and a passphrase. */
  static void dropSettings(Map<String, String> environment) {
    environment.keySet().removeIf(variable -> variable.startsWith(SettingKeys.ENVIRONMENT_PREFIX));
  }

  private void pump() {
    try (log;
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith(PID_PREFIX)) {
          pid.complete(Long.parseLong(line.substring(PID_PREFIX.length())));
          continue;
        }
        log.line(line);
        if (line.contains(spec.readiness().marker())) {
          ready.complete(null);
        }
      }
    } catch (IOException e) {
      LOG.warn("the output of {} cannot be logged any more: {}", spec.kind().label(), e.toString());
    }
    ready.completeExceptionally(new IOException("the server exited"));
  }

  private void awaitReady() throws EmbeddedStackException {
    boolean up = false;
    try {
      ready.get(spec.readiness().millisMax(), TimeUnit.MILLISECONDS);
      up = true;
    } catch (ExecutionException e) {
      throw startFailure("exited before it was ready", e);
    } catch (TimeoutException e) {
      throw startFailure("was not ready within " + spec.readiness().millisMax() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw startFailure("was interrupted while starting", e);
    } finally {
      if (!up) {
        stop();
      }
    }
  }

  private EmbeddedStackException startFailure(String what, Throwable cause) {
    String tail = log.tail();
    return tail.contains("Address already in use")
        ? FreePorts.taken(spec.kind().label(), spec.readiness().port(), cause)
        : failed(spec, what, tail, cause);
  }

  private static EmbeddedStackException failed(
      Spec spec, String what, String tail, Throwable cause) {
    return new EmbeddedStackException(
        Kind.SERVER_FAILED,
        "%s %s; its log is %s%s"
            .formatted(
                spec.kind().label(),
                what,
                spec.log(),
                tail.isEmpty() ? "" : " and ends with:\n" + tail),
        cause);
  }

  /** Returns the process id of the server. */
  long pid() {
    return pid.getNow(-1L);
  }

  boolean alive() {
    return shell.isAlive();
  }

  /** Completes with the exit status once the server has ended. */
  CompletableFuture<Integer> onExit() {
    return shell.onExit().thenApply(Process::exitValue);
  }

  /** Asks the server to stop and waits for its end. Kills it after {@value #STOP_MILLIS_MAX} ms. */
  void stop() {
    releasePipe();
    if (!Signals.awaitExit(shell.toHandle(), STOP_MILLIS_MAX)) {
      LOG.warn("{} did not stop within {} ms and is killed", spec.kind().label(), STOP_MILLIS_MAX);
      kill();
    }
  }

  /** Kills the server and its children. */
  void kill() {
    List<ProcessHandle> tree = Signals.tree(shell.toHandle());
    if (!Signals.killAndWait(tree, KILL_MILLIS_MAX)) {
      LOG.warn("{} is still running after SIGKILL", spec.kind().label());
    }
    releasePipe();
  }

  void pause() {
    // The server first, so that it cannot start further children.
    server().ifPresent(handle -> Signals.send("STOP", List.of(handle)));
    server().ifPresent(handle -> Signals.send("STOP", Signals.tree(handle)));
  }

  void resume() {
    server().ifPresent(handle -> Signals.send("CONT", Signals.tree(handle)));
  }

  private Optional<ProcessHandle> server() {
    return ProcessHandle.of(pid()).filter(ProcessHandle::isAlive);
  }

  private void releasePipe() {
    try {
      shell.getOutputStream().close();
    } catch (IOException gone) {
      // The shell has ended already, which is what closing the pipe is for.
    }
  }
}
