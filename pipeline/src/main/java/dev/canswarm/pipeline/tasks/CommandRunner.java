package dev.canswarm.pipeline.tasks;

import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs one configured command, once per task: the input on its standard input, the artifact on its
 * standard output. The command line is fixed; nothing of a payload gets into it, and no shell is
 * between. Each run has a fresh working directory and an environment of {@code PATH}, {@code HOME}
 * and {@code TMPDIR} (that directory), a UTF-8 locale and UTC, so that a run anywhere sees the
 * same.
 *
 * <p>Streams are files, so that a run holds one thread and no pipe can stall it; limits are watched
 * every {@link #WATCH_MILLIS}, and what is written in between may exceed them on disk, never in
 * memory. Thread-safe; as many runs at a time as the scheduler has threads.
 */
public final class CommandRunner {
  /** Between two looks at a running command. */
  static final long WATCH_MILLIS = 50;

  private static final int COMPLAINT_BYTES_MAX = 2048;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("LANG", "C.UTF-8", "LC_ALL", "C.UTF-8", "TZ", "UTC");

  private final List<String> command;
  private final CommandLimits limits;
  private final Path temporaryRoot;
  private final Scheduler scheduler;

  /**
   * A runner.
   *
   * @param command the program, by its absolute path or found on {@code PATH}, and its arguments
   * @param temporaryRoot a directory that exists, for the runs' working directories
   * @param scheduler one of its threads is held for as long as a run takes; it must allow blocking
   *     and interrupt what is cancelled
   */
  public CommandRunner(
      List<String> command, CommandLimits limits, Path temporaryRoot, Scheduler scheduler) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("expected a command, got an empty list");
    }
    this.command = List.copyOf(command);
    this.limits = limits;
    this.temporaryRoot = temporaryRoot;
    this.scheduler = scheduler;
  }

  /**
   * Runs the command.
   *
   * @param stdin must not be written to
   * @return its output; an error {@link TaskFailedException} when the command failed, {@link
   *     RetryableException} when it could not be run here. Cancelling kills it.
   */
  public Mono<byte[]> run(byte[] stdin) {
    return Mono.defer(
        () -> {
          var cancelled = new AtomicBoolean();
          return Mono.fromCallable(() -> runUnless(cancelled, stdin))
              .subscribeOn(scheduler)
              .doOnCancel(() -> cancelled.set(true))
              .onErrorMap(RejectedExecutionException.class, this::notHere);
        });
  }

  /** Null when it was cancelled: nobody waits for an answer, and an error would only be logged. */
  private byte @Nullable [] runUnless(AtomicBoolean cancelled, byte[] stdin) {
    try {
      return runBlocking(stdin);
    } catch (IOException e) {
      if (cancelled.get()) {
        return null;
      }
      throw notHere(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (cancelled.get()) {
        return null;
      }
      throw notHere(e);
    }
  }

  private RetryableException notHere(Exception cause) {
    return new RetryableException("run " + command.get(0), cause);
  }

  private byte[] runBlocking(byte[] stdin) throws IOException, InterruptedException {
    try (var directory = new RunDirectory(temporaryRoot, stdin)) {
      Process process = start(directory);
      var tree = new ProcessTree(process);
      try {
        watch(process, tree, directory);
      } finally {
        tree.kill();
      }
      int code = process.exitValue();
      if (code != 0) {
        throw TaskFailedException.exit(
            command.get(0), code, directory.complaint(COMPLAINT_BYTES_MAX));
      }
      byte[] output = RunDirectory.head(directory.stdout(), limits.outputBytesMax() + 1);
      checkSize(output.length);
      return output;
    }
  }

  private Process start(RunDirectory directory) throws IOException {
    var builder =
        new ProcessBuilder(command)
            .directory(directory.work().toFile())
            .redirectInput(directory.stdin().toFile())
            .redirectOutput(Redirect.to(directory.stdout().toFile()))
            .redirectError(Redirect.to(directory.stderr().toFile()));
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.environment().putAll(ENVIRONMENT);
    builder.environment().put("HOME", directory.work().toString());
    builder.environment().put("TMPDIR", directory.work().toString());
    return builder.start();
  }

  private void watch(Process process, ProcessTree tree, RunDirectory directory)
      throws IOException, InterruptedException {
    long startMillis = scheduler.now(TimeUnit.MILLISECONDS);
    while (!process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
      tree.look();
      checkSize(Files.size(directory.stdout()));
      if (Files.size(directory.stderr()) > CommandLimits.STDERR_BYTES_MAX) {
        throw TaskFailedException.tooLarge(
            command.get(0), "standard error", CommandLimits.STDERR_BYTES_MAX);
      }
      if (scheduler.now(TimeUnit.MILLISECONDS) - startMillis >= limits.timeoutMillis()) {
        throw TaskFailedException.timedOut(
            command.get(0), limits.timeoutMillis(), directory.complaint(COMPLAINT_BYTES_MAX));
      }
    }
  }

  private void checkSize(long bytes) {
    if (bytes > limits.outputBytesMax()) {
      throw TaskFailedException.tooLarge(
          command.get(0), "standard output", limits.outputBytesMax());
    }
  }
}
