package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends signals for which the JDK has no method, and signals to process trees. */
final class Signals {

  private static final long KILL_COMMAND_MILLIS_MAX = 5_000;

  private Signals() {}

  /** Returns the process followed by its descendants. */
  static List<ProcessHandle> tree(ProcessHandle process) {
    List<ProcessHandle> tree = new ArrayList<>();
    tree.add(process);
    process.descendants().forEach(tree::add);
    return tree;
  }

  /** Sends {@code signal}, a name for {@code kill -s}. Ignores processes that have ended. */
  static void send(String signal, List<ProcessHandle> processes) {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$@\" 2>/dev/null", signal));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    try {
      Process kill = new ProcessBuilder(command).start();
      kill.getOutputStream().close();
      if (!kill.waitFor(KILL_COMMAND_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run /bin/sh to send " + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Kills all of the processes with SIGKILL and waits for their end, at most {@code millisMax}.
   * Returns whether all have ended.
   */
  static boolean killAndWait(List<ProcessHandle> processes, long millisMax) {
    processes.forEach(ProcessHandle::destroyForcibly);
    boolean gone = true;
    for (ProcessHandle process : processes) {
      gone &= awaitExit(process, millisMax);
    }
    return gone;
  }

  /** Waits for the end of the process, at most {@code millisMax}. Returns whether it has ended. */
  static boolean awaitExit(ProcessHandle process, long millisMax) {
    try {
      process.onExit().get(millisMax, TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    } catch (ExecutionException | TimeoutException e) {
      return !process.isAlive();
    }
  }
}
