package dev.canswarm.pipeline.tasks;

import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs one configured command, once per task, with the task's input on standard input; its standard
 * output becomes the artifact. The command line is fixed: it contains nothing from a payload, and
 * no shell is involved. Each run has a fresh working directory and an environment that consists of
 * {@code PATH}, {@code HOME} and {@code TMPDIR} (that directory), a UTF-8 locale and UTC, so that a
 * run sees the same on every machine.
 *
 * <p>The standard streams are files, so that a run occupies one thread and no pipe can stall it.
 * Limits are checked every {@link #WATCH_MILLIS}; output written between two checks may exceed them
 * on disk, but never in memory. Thread-safe; as many runs execute concurrently as the scheduler has
 * threads.
 */
public final class CommandRunner {
  /** The interval between two checks of a running command, in milliseconds. */
  static final long WATCH_MILLIS = 50;

  /**
   * Most bytes of the end of standard error in a report: with its other words it fits an envelope.
   */
  private static final int STDERR_EXCERPT_BYTES_MAX = 768;

  /** EAGAIN, ENOMEM, ENFILE, EMFILE, ETXTBSY: what a later start may not meet. */
  private static final Set<Integer> PASSING_ERRORS = Set.of(11, 12, 23, 24, 26);

  private static final Pattern ERROR_NUMBER = Pattern.compile("error(?:=|: )(\\d+)");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("LANG", "C.UTF-8", "LC_ALL", "C.UTF-8", "TZ", "UTC");

  private final List<String> command;
  private final CommandLimits limits;
  private final Path temporaryRoot;
  private final Scheduler scheduler;
  private final Optional<KeptOutput> kept;

  /** A runner that keeps no output. */
  public CommandRunner(
      List<String> command, CommandLimits limits, Path temporaryRoot, Scheduler scheduler) {
    this(command, limits, temporaryRoot, scheduler, Optional.empty());
  }

  /**
   * Creates a runner.
   *
   * @param command the program, as an absolute path or found on {@code PATH}, and its arguments
   * @param temporaryRoot an existing directory for the working directories of runs
   * @param scheduler runs the command: each run occupies one of its threads, which must allow
   *     blocking and be interrupted on cancellation
   * @param kept keeps the output of runs that fail
   * @throws IllegalArgumentException if the command is empty
   */
  CommandRunner(
      List<String> command,
      CommandLimits limits,
      Path temporaryRoot,
      Scheduler scheduler,
      Optional<KeptOutput> kept) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("expected a command, got an empty list");
    }
    this.command = List.copyOf(command);
    this.limits = limits;
    this.temporaryRoot = temporaryRoot;
    this.scheduler = scheduler;
    this.kept = kept;
  }

  /**
   * Runs the command once per subscription.
   *
   * @param stdin the input; must not be modified afterwards
   * @return the bytes of standard output. Fails with {@link TaskFailedException} if the command
   *     failed or its program cannot be run, and with {@link RetryableException} if it could not be
   *     started now, for instance for lack of memory. Cancelling kills the command.
   */
  public Mono<byte[]> run(byte[] stdin) {
    return Mono.defer(
        () -> {
          var cancelled = new AtomicBoolean();
          return Mono.fromCallable(() -> runUnlessCancelled(cancelled, stdin))
              .subscribeOn(scheduler)
              .doOnCancel(() -> cancelled.set(true))
              .onErrorMap(RejectedExecutionException.class, this::retryable);
        });
  }

  /**
   * Returns null if the run was cancelled: no subscriber is left, and an error would only be
   * logged.
   */
  private byte @Nullable [] runUnlessCancelled(AtomicBoolean cancelled, byte[] stdin) {
    try {
      return runBlocking(stdin);
    } catch (IOException e) {
      if (cancelled.get()) {
        return null;
      }
      throw retryable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (cancelled.get()) {
        return null;
      }
      throw retryable(e);
    }
  }

  private RetryableException retryable(Exception cause) {
    return new RetryableException("run " + command.get(0), cause);
  }

  private byte[] runBlocking(byte[] stdin) throws IOException, InterruptedException {
    try (var directory = new RunDirectory(temporaryRoot, stdin)) {
      try {
        return runIn(directory);
      } catch (TaskFailedException e) {
        if (e.problem() != TaskFailedException.Problem.NOT_STARTED) {
          kept.ifPresent(output -> output.keep(String.valueOf(e.getMessage()), directory));
        }
        throw e;
      }
    }
  }

  private byte[] runIn(RunDirectory directory) throws IOException, InterruptedException {
    Process process = start(directory);
    var tree = new ProcessTree(process, directory.work());
    try {
      watch(process, tree, directory);
    } finally {
      tree.kill();
    }
    int code = process.exitValue();
    if (code != 0) {
      throw TaskFailedException.exit(
          command.get(0), code, directory.stderrExcerpt(STDERR_EXCERPT_BYTES_MAX));
    }
    byte[] output = RunDirectory.head(directory.stdout(), limits.outputBytesMax() + 1);
    checkSize(output.length);
    return output;
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
    try {
      return builder.start();
    } catch (IOException e) {
      Matcher number = ERROR_NUMBER.matcher(String.valueOf(e.getMessage()));
      if (number.find() && !PASSING_ERRORS.contains(Integer.valueOf(number.group(1)))) {
        throw TaskFailedException.notStarted(command.get(0), e);
      }
      throw e;
    }
  }

  private void watch(Process process, ProcessTree tree, RunDirectory directory)
      throws IOException, InterruptedException {
    long startMillis = scheduler.now(TimeUnit.MILLISECONDS);
    while (!process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
      tree.recordDescendants();
      checkSize(Files.size(directory.stdout()));
      if (Files.size(directory.stderr()) > CommandLimits.STDERR_BYTES_MAX) {
        throw TaskFailedException.tooLarge(
            command.get(0), "standard error", CommandLimits.STDERR_BYTES_MAX);
      }
      if (scheduler.now(TimeUnit.MILLISECONDS) - startMillis >= limits.timeoutMillis()) {
        throw TaskFailedException.timedOut(
            command.get(0),
            limits.timeoutMillis(),
            directory.stderrExcerpt(STDERR_EXCERPT_BYTES_MAX));
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
