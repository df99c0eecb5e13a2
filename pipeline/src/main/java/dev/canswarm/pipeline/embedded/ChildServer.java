package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running native server that cannot outlive this JVM: a small shell holds a pipe from us, and its
 * end, by {@link #stop}, exit or kill -9, stops the server. Thread-safe.
 */
final class ChildServer {

  /**
   * What to run.
   *
   * @param kind which server it is
   * @param stopSignal the signal that asks it to stop in order
   * @param command program and arguments
   * @param log where its output goes
   * @param readyMarker a part of the line it prints when it accepts connections
   * @param port the port it was told to listen on
   * @param readyMillisMax how long it may take to print that line
   */
  record Spec(
      ServerKind kind,
      String stopSignal,
      List<String> command,
      Path log,
      String readyMarker,
      int port,
      long readyMillisMax) {}

  private static final Logger LOG = LoggerFactory.getLogger(ChildServer.class);

  private static final String PID_PREFIX = "swarm-child-pid ";

  /** The shell kills the server 10 s after asking it to stop; this leaves it time to say so. */
  private static final long STOP_MILLIS_MAX = 12_000;

  private static final long KILL_MILLIS_MAX = 5_000;

  /**
   * $1 is the stop signal, the rest the command. A subshell waits for the end of the pipe (fd 3),
   * wakes a paused server, asks it to stop, and in the end kills it and its children; the shell
   * itself waits for the server and takes the subshell with it, so that no signal ever goes to a
   * process id that was given out anew.
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
      kill -s KILL $w; wait $w 2>/dev/null
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
   * Starts the server and returns when it accepts connections; a server that does not is stopped.
   *
   * @throws EmbeddedStackException PORT_TAKEN or SERVER_FAILED, with the end of its log
   */
  static ChildServer start(Spec spec) throws EmbeddedStackException {
    List<String> command = new ArrayList<>();
    if (Commands.onPath("setsid")) {
      command.add("setsid"); // a terminal's Ctrl-C goes to us alone: we stop the servers in order
    }
    command.addAll(
        List.of("/bin/sh", "-c", WATCHDOG, "swarm-" + spec.kind().label(), spec.stopSignal()));
    command.addAll(spec.command());
    ChildServer server;
    try {
      BoundedLog log = new BoundedLog(spec.log());
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      server = new ChildServer(spec, builder.directory(new File("/")).start(), log);
    } catch (IOException e) {
      throw failed(spec, "could not be run: " + e.getMessage(), "", e);
    }
    Thread pump = new Thread(server::pump, "swarm-" + spec.kind().label() + "-log");
    pump.setDaemon(true);
    pump.start();
    server.awaitReady();
    return server;
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
        if (line.contains(spec.readyMarker())) {
          ready.complete(null);
        }
      }
    } catch (IOException e) {
      LOG.warn("the log of {} broke off: {}", spec.kind().label(), e.toString());
    }
    ready.completeExceptionally(new IOException("the server exited"));
  }

  private void awaitReady() throws EmbeddedStackException {
    boolean up = false;
    try {
      ready.get(spec.readyMillisMax(), TimeUnit.MILLISECONDS);
      up = true;
    } catch (ExecutionException e) {
      throw startFailure("exited before it was ready", e);
    } catch (TimeoutException e) {
      throw startFailure("was not ready within " + spec.readyMillisMax() + " ms", e);
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
        ? FreePorts.taken(spec.kind().label(), spec.port(), cause)
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

  /** The server's own process id. */
  long pid() {
    return pid.getNow(-1L);
  }

  boolean alive() {
    return shell.isAlive();
  }

  /** Completes with the exit status when the server is gone. */
  CompletableFuture<Integer> onExit() {
    return shell.onExit().thenApply(Process::exitValue);
  }

  /** Asks the server to stop and waits; after {@value #STOP_MILLIS_MAX} ms it is killed. */
  void stop() {
    releasePipe();
    if (!Signals.awaitExit(shell.toHandle(), STOP_MILLIS_MAX)) {
      LOG.warn("{} did not stop in order and is killed", spec.kind().label());
      kill();
    }
  }

  /** Kills server and children. */
  void kill() {
    List<ProcessHandle> tree = Signals.tree(shell.toHandle());
    if (!Signals.killAndWait(tree, KILL_MILLIS_MAX)) {
      LOG.warn("{} is still there after SIGKILL", spec.kind().label());
    }
    releasePipe();
  }

  void pause() {
    // The server first: it then makes no child that would be missed.
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
      // The shell has ended already: what the pipe's end is there to bring about.
    }
  }
}
