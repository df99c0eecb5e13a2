package dev.canswarm.pipeline.signer;

import dev.canswarm.config.SettingKeys;
import dev.canswarm.pipeline.signer.SignerProtocol.Answer;
import dev.canswarm.pipeline.signer.SignerProtocol.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a program that signs. Its requests are written and its answers are read by threads of
 * its own, so that no caller waits longer than its timeout, even if the program hangs. Its standard
 * error goes to the log. Thread-safe.
 */
final class SignerProcess implements AutoCloseable {
  /** Most requests that wait to be written or answered; more are refused. */
  static final int REQUESTS_MAX = 64;

  /** Longest line of standard error that is logged, in bytes; the rest is dropped. */
  private static final int LOGGED_BYTES_MAX = 500;

  /** Longest wait for the program to end by itself once its standard input is closed. */
  private static final long END_MILLIS_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(SignerProcess.class);

  private final String name;
  private final Process process;
  private final BlockingQueue<byte[]> unwritten = new ArrayBlockingQueue<>(REQUESTS_MAX);
  private final Map<Long, CompletableFuture<Answer>> unanswered = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicInteger timeouts = new AtomicInteger();
  private final Thread writer;
  private final Thread logger;
  private volatile boolean answered;
  private volatile boolean ended;

  private SignerProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.writer = thread("write", this::write);
    thread("read", this::read).start();
    this.logger = thread("log", this::log);
    logger.start();
    writer.start();
  }

  /**
   * Starts the program, without a shell. It gets this process's environment without the settings
   * and secrets in it.
   *
   * @throws IOException if it cannot be started
   */
  static SignerProcess start(String name, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(variable -> !isPassedOn(variable));
    return new SignerProcess(name, builder.start());
  }

  /** Whether the program gets a variable: none of this program's, which may hold a passphrase. */
  static boolean isPassedOn(String variable) {
    return !variable.startsWith(SettingKeys.ENVIRONMENT_PREFIX);
  }

  private Thread thread(String what, Runnable work) {
    Thread thread = new Thread(work, "signer-" + what);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Returns the answer to a request.
   *
   * @param message to sign; null asks for the public key
   * @throws TimeoutException if it does not come in time
   * @throws IOException if the program has ended, or ends before it answers
   */
  Answer ask(String key, byte @Nullable [] message, long nanosMax)
      throws IOException, TimeoutException, InterruptedException {
    Request request = new Request(ids.incrementAndGet(), key, message);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    if (unanswered.size() >= REQUESTS_MAX) {
      throw new TimeoutException(REQUESTS_MAX + " requests wait already");
    }
    unanswered.put(request.id(), answer);
    try {
      if (ended || !unwritten.offer(request.line())) {
        throw new IOException("it has ended");
      }
      Answer came = answer.get(nanosMax, TimeUnit.NANOSECONDS);
      timeouts.set(0);
      answered = true;
      return came;
    } catch (TimeoutException e) {
      timeouts.incrementAndGet();
      throw e;
    } catch (ExecutionException e) {
      Throwable gone = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(gone.getMessage()), gone);
    } finally {
      unanswered.remove(request.id());
    }
  }

  /** Returns how many requests in a row were not answered in time. */
  int timeouts() {
    return timeouts.get();
  }

  /** Whether it has answered any request. */
  boolean hasAnswered() {
    return answered;
  }

  /** Whether it takes requests. */
  boolean isAlive() {
    return !ended;
  }

  private void write() {
    try (OutputStream out = process.getOutputStream()) {
      while (!ended) {
        out.write(unwritten.take());
        out.flush();
      }
    } catch (IOException e) {
      end("it does not read its requests: " + e.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    String why = "it closed its output";
    try {
      LineReader lines =
          LineReader.strict(process.getInputStream(), SignerProtocol.ANSWER_BYTES_MAX);
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        Answer answer = Answer.parse(line);
        CompletableFuture<Answer> asked = unanswered.get(answer.id());
        // Late answers are ignored.
        if (asked != null) {
          asked.complete(answer);
        }
      }
      if (process.waitFor(END_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        why = "it ended with exit code " + process.exitValue();
      }
    } catch (IOException e) {
      why = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(why);
  }

  private void log() {
    try {
      LineReader lines = LineReader.cutting(process.getErrorStream(), LOGGED_BYTES_MAX);
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        LOG.info("signer {}: {}", name, new String(line, StandardCharsets.UTF_8));
      }
    } catch (IOException closed) {
      LOG.debug("signer {}", name, closed);
    }
  }

  private void end(String why) {
    ended = true;
    process.destroyForcibly();
    writer.interrupt();
    IOException gone = new IOException(why);
    unanswered.values().forEach(answer -> answer.completeExceptionally(gone));
  }

  /** Closes its standard input, at which it should end, and kills it if it does not. */
  @Override
  public void close() {
    ended = true;
    writer.interrupt();
    try {
      if (!process.waitFor(END_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        process.destroy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end("it was stopped");
  }

  /** Waits until all that it wrote to standard error is logged; whether that is so. */
  boolean logged(long nanosMax) throws InterruptedException {
    TimeUnit.NANOSECONDS.timedJoin(logger, nanosMax);
    return !logger.isAlive();
  }

  /** Kills the program and fails its pending requests. */
  void kill(String why) {
    end(why);
  }

  /** Returns its process id. */
  long pid() {
    return process.pid();
  }
}
