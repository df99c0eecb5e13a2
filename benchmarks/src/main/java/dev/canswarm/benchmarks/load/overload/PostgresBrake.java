package dev.canswarm.benchmarks.load.overload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Slows PostgreSQL down to a crawl: its processes are stopped most of the time and go on for a
 * moment every second. On a thread of its own; when it is closed they run as before.
 */
public final class PostgresBrake implements AutoCloseable {
  private static final long STOPPED_MILLIS = 950;
  private static final long RUNNING_MILLIS = 50;
  private static final long KILL_MILLIS_MAX = 5_000;

  private final List<Long> jvms;
  private final String kill;
  private final Thread thread = new Thread(this::brake, "bench-brake");
  private volatile boolean released;

  private PostgresBrake(List<Long> jvms, String kill) {
    this.jvms = List.copyOf(jvms);
    this.kill = kill;
  }

  /** Brakes the PostgreSQL below these processes. */
  public static PostgresBrake on(List<Long> jvms) {
    return on(jvms, "kill");
  }

  /**
   * @param kill the program that sends signals
   */
  static PostgresBrake on(List<Long> jvms, String kill) {
    var brake = new PostgresBrake(jvms, kill);
    brake.thread.setDaemon(true);
    brake.thread.start();
    return brake;
  }

  private void brake() {
    try {
      while (!released) {
        signal("STOP");
        Thread.sleep(STOPPED_MILLIS);
        signal("CONT");
        Thread.sleep(RUNNING_MILLIS);
      }
    } catch (InterruptedException closing) {
      // The thread that closes releases the brake below.
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL cannot be slowed down", e);
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(kill, "-s", name));
    for (long jvm : jvms) {
      ProcessHandle.of(jvm).stream()
          .flatMap(ProcessHandle::descendants)
          .filter(PostgresBrake::isPostgres)
          .forEach(process -> command.add(Long.toString(process.pid())));
    }
    if (command.size() > 3) {
      Process sent =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        sent.waitFor(KILL_MILLIS_MAX, TimeUnit.MILLISECONDS);
      } catch (InterruptedException closing) {
        // Otherwise it could arrive after the CONT with which the brake is released.
        sent.waitFor(KILL_MILLIS_MAX, TimeUnit.MILLISECONDS);
        throw closing;
      }
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/postgres");
  }

  @Override
  public void close() {
    released = true;
    thread.interrupt();
    try {
      thread.join();
      signal("CONT");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL may still be stopped", e);
    }
  }
}
