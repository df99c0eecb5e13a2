package dev.canswarm.pipeline.signer;

import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningException.Cause;
import dev.canswarm.pipeline.signer.SignerProtocol.Answer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that signs, started when it is needed and again when it has ended. After the second
 * failure in a row it is left alone for a while, which doubles with each further one; requests fail
 * at once meanwhile. Thread-safe; blocks.
 */
final class ExternalSigner implements AutoCloseable {
  /** Runs of the program that one request may use up. */
  static final int ATTEMPTS_MAX = 2;

  /** Pause after the second failure in a row. */
  static final long RESTART_FIRST_MILLIS = 100;

  /** Longest pause, and that after a wrong signature. */
  static final long RESTART_MILLIS_MAX = 30_000;

  /** Requests in a row without an answer in time, after which the program is started again. */
  static final int TIMEOUTS_MAX = 3;

  /** Time that a new process has for its first answer, in milliseconds. */
  static final long START_MILLIS_MAX = 15_000;

  private static final int DOUBLINGS_MAX = 20;
  private static final Logger LOG = LoggerFactory.getLogger(ExternalSigner.class);

  private final List<String> command;
  private final LongSupplier nanoTime;
  private @Nullable SignerProcess current;
  private long startedNanos;
  private long pausedUntilNanos;
  private boolean paused;
  private int failures;
  private boolean closed;

  /**
   * @param command program and arguments
   * @param nanoTime a clock that is never set, in nanoseconds
   */
  ExternalSigner(List<String> command, LongSupplier nanoTime) {
    this.command = List.copyOf(command);
    this.nanoTime = nanoTime;
  }

  private String name() {
    return command.get(0);
  }

  /** Whether requests fail at once, since the program failed a short while ago. */
  synchronized boolean isPaused() {
    if (paused && nanoTime.getAsLong() - pausedUntilNanos >= 0) {
      paused = false;
    }
    return paused;
  }

  /**
   * Returns the answer to a request.
   *
   * @param message to sign; null asks for the public key
   * @throws SigningException AWAY, TIMED_OUT
   */
  Answer ask(String key, byte @Nullable [] message, long millisMax) {
    long startNanos = nanoTime.getAsLong();
    long nanosMax = TimeUnit.MILLISECONDS.toNanos(millisMax);
    String why = "";
    for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      SignerProcess process = process();
      try {
        return process.ask(key, message, nanosMax - (nanoTime.getAsLong() - startNanos));
      } catch (TimeoutException e) {
        dropIfHung(process);
        throw new SigningException(
            Cause.TIMED_OUT,
            "%s did not answer for %s within %d ms".formatted(name(), key, millisMax),
            e);
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
        failed(process, why, 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SigningException(Cause.AWAY, "interrupted while " + name() + " signed", e);
      }
    }
    throw new SigningException(Cause.AWAY, "%s is away: %s".formatted(name(), why));
  }

  private synchronized SignerProcess process() {
    if (closed) {
      throw new SigningException(Cause.AWAY, name() + " was stopped");
    }
    SignerProcess running = current;
    if (running != null && running.isAlive()) {
      return running;
    }
    if (running != null) {
      failed(running, "it ended", 0);
    }
    if (isPaused()) {
      throw new SigningException(
          Cause.AWAY,
          "%s failed %d times in a row and is started again in %d ms"
              .formatted(
                  name(),
                  failures,
                  TimeUnit.NANOSECONDS.toMillis(pausedUntilNanos - nanoTime.getAsLong())));
    }
    try {
      SignerProcess started = SignerProcess.start(name(), command);
      LOG.info("signer {} runs as process {}", name(), started.pid());
      current = started;
      startedNanos = nanoTime.getAsLong();
      return started;
    } catch (IOException e) {
      pause(0);
      throw new SigningException(
          Cause.AWAY, "%s cannot be started: %s".formatted(name(), e.getMessage()), e);
    }
  }

  /** A new process may need longer for its first answer than one signature may take. */
  private synchronized void dropIfHung(SignerProcess process) {
    boolean starts =
        !process.hasAnswered()
            && nanoTime.getAsLong() - startedNanos
                < TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
    if (!starts && process.timeouts() >= TIMEOUTS_MAX) {
      failed(process, TIMEOUTS_MAX + " requests in a row were not answered", 0);
    }
  }

  private synchronized void failed(SignerProcess process, String why, long pauseMillisMin) {
    if (current != process) {
      return;
    }
    current = null;
    process.kill(why);
    long pauseMillis = pause(pauseMillisMin);
    LOG.warn(
        "signer {} failed: {}; it is started again {}",
        name(),
        why,
        pauseMillis == 0 ? "at once" : "in " + pauseMillis + " ms");
  }

  private long pause(long millisMin) {
    failures++;
    long doubled =
        failures == 1 ? 0 : RESTART_FIRST_MILLIS << Math.min(failures - 2, DOUBLINGS_MAX);
    long millis = Math.max(millisMin, Math.min(doubled, RESTART_MILLIS_MAX));
    paused = millis > 0;
    pausedUntilNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    return millis;
  }

  /** Notes a signature that verified. */
  synchronized void succeeded() {
    failures = 0;
  }

  /** Ends a program that gave a wrong signature, and leaves it alone for the longest pause. */
  synchronized void lied(String key) {
    SignerProcess running = current;
    if (running != null) {
      failed(running, "a wrong signature for " + key, RESTART_MILLIS_MAX);
    }
  }

  @Override
  public void close() {
    SignerProcess running;
    synchronized (this) {
      closed = true;
      running = current;
      current = null;
    }
    if (running != null) {
      running.close();
    }
  }
}
