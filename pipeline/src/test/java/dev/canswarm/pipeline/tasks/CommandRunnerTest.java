package dev.canswarm.pipeline.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.tasks.TaskFailedException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class CommandRunnerTest {
  private static final CommandLimits LIMITS = new CommandLimits(30_000, 1 << 20);

  private final Scheduler scheduler = Schedulers.newBoundedElastic(4, 100, "test-exec");
  private final Path directory;
  private final Path notes;

  CommandRunnerTest(@TempDir Path root) throws IOException {
    directory = Files.createDirectory(root.resolve("runs"));
    notes = Files.createDirectory(root.resolve("notes"));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    scheduler.dispose();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  private CommandRunner runner(CommandLimits limits, String... command) {
    return new CommandRunner(List.of(command), limits, directory, scheduler);
  }

  private CommandRunner shell(CommandLimits limits, String script) {
    return runner(limits, "/bin/sh", "-c", script);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void theInputComesOnStdinAndTheArtifactOnStdout() {
    byte[] output = runner(LIMITS, "tr", "a-z", "A-Z").run(bytes("to be")).block();
    assertThat(output).isEqualTo(bytes("TO BE"));
  }

  @Test
  void theOutputOfARunThatFailsIsKeptForItsOwnerWhereThatIsAskedFor() throws IOException {
    Path kept = notes.resolve("kept");
    CommandRunner fails =
        new CommandRunner(
            List.of("/bin/sh", "-c", "head -c 100000 /dev/zero; echo why >&2; exit 3"),
            LIMITS,
            directory,
            scheduler,
            Optional.of(KeptOutput.in(kept)));
    for (int run = 0; run < 2; run++) {
      assertThatThrownBy(() -> fails.run(new byte[0]).block())
          .isInstanceOf(TaskFailedException.class);
    }
    assertThat(Files.getPosixFilePermissions(kept))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    try (Stream<Path> files = Files.list(kept)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("000.txt", "001.txt");
    }
    assertThat(Files.readString(kept.resolve("001.txt")))
        .startsWith("/bin/sh: expected exit code 0, got 3; standard error: why\n")
        .contains("--- standard output, the last 65536 of 100000 bytes\n")
        .endsWith("--- standard error, the last 4 of 4 bytes\nwhy\n\n");
    assertThat(Files.size(kept.resolve("001.txt"))).isLessThan(2 * KeptOutput.STREAM_BYTES_MAX);
  }

  @Test
  void moreThanAPipeHoldsGoesThroughBothWays() {
    byte[] input = new byte[1 << 20];
    Arrays.fill(input, (byte) 'x');
    assertThat(runner(LIMITS, "cat").run(input).block()).isEqualTo(input);
  }

  @Test
  void aCommandThatDoesNotReadItsInputSucceeds() {
    assertThat(runner(LIMITS, "echo", "hi").run(new byte[1 << 20]).block())
        .isEqualTo(bytes("hi\n"));
  }

  @Test
  void anotherExitCodeThanZeroFailsWithWhatTheCommandSaid() {
    StepVerifier.create(shell(LIMITS, "echo half; echo broken >&2; exit 3").run(new byte[0]))
        .verifyErrorSatisfies(
            error -> {
              assertProblem(error, Problem.EXIT);
              assertThat(error).hasMessageContaining("got 3").hasMessageContaining("broken");
            });
  }

  @Test
  void aLongComplaintIsShortened() {
    StepVerifier.create(
            shell(LIMITS, "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1").run(new byte[0]))
        .verifyErrorSatisfies(
            error -> assertThat(String.valueOf(error.getMessage())).hasSizeLessThan(1024));
  }

  @Test
  void tooMuchOutputFailsAlsoWhenTheCommandNeverEnds() {
    var limits = new CommandLimits(30_000, 1000);
    StepVerifier.create(shell(limits, "head -c 1001 /dev/zero").run(new byte[0]))
        .verifyErrorSatisfies(error -> assertProblem(error, Problem.OUTPUT_TOO_LARGE));
    StepVerifier.create(shell(limits, "head -c 2000 /dev/zero; sleep 1000").run(new byte[0]))
        .verifyErrorSatisfies(error -> assertProblem(error, Problem.OUTPUT_TOO_LARGE));
    assertThat(shell(limits, "head -c 1000 /dev/zero").run(new byte[0]).block()).hasSize(1000);
  }

  @Test
  void tooMuchOnStandardErrorFails() {
    StepVerifier.create(shell(LIMITS, "head -c 2000000 /dev/zero >&2; sleep 1000").run(new byte[0]))
        .verifyErrorSatisfies(error -> assertProblem(error, Problem.OUTPUT_TOO_LARGE));
  }

  @Test
  void aCommandThatRunsTooLongIsKilledWithItsChildren() throws Exception {
    String script = "sleep 1000 & echo $! > " + notes + "/child; echo waiting >&2; wait";
    StepVerifier.create(shell(new CommandLimits(300, 1000), script).run(new byte[0]))
        .verifyErrorSatisfies(
            error -> {
              assertProblem(error, Problem.TIMED_OUT);
              assertThat(error).hasMessageContaining("300 ms").hasMessageContaining("waiting");
            });
    assertEnded(childPid());
  }

  @Test
  void cancellingKillsTheCommandWithItsChildren() throws Exception {
    Path started = notes.resolve("started");
    Files.createFile(started);
    String script = "sleep 1000 & echo $! > " + notes + "/child; rm " + started + "; wait";
    Disposable run = shell(LIMITS, script).run(new byte[0]).subscribe();
    awaitGone(started);
    run.dispose();
    assertEnded(childPid());
    awaitEmpty(directory);
  }

  @Test
  void whatACommandLeavesRunningInTheBackgroundHoldsNothingUp() throws Exception {
    String script = "sleep 1000 & echo $! > " + notes + "/child; sleep 0.3; echo done";
    assertThat(shell(LIMITS, script).run(new byte[0]).block()).isEqualTo(bytes("done\n"));
    assertEnded(childPid());
  }

  static List<String> waysToDetach() {
    return List.of(
        "(%s &)",
        "nohup %s >/dev/null 2>&1 &",
        "setsid %s &",
        "setsid -f %s",
        "(setsid sh -c '(%s &)' &)",
        "(cd / && exec setsid %s) &",
        "env -i /bin/sh -c \"%s\" &");
  }

  @ParameterizedTest
  @MethodSource("waysToDetach")
  @EnabledOnOs(OS.LINUX)
  void whatACommandDetachedEndsWithIt(String way) throws Exception {
    Path child = notes.resolve("child");
    Path program =
        Files.writeString(
            notes.resolve("long"),
            "#!/bin/sh\necho $$ > "
                + child
                + ".new\nmv "
                + child
                + ".new "
                + child
                + "\nexec sleep 1000\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    String script =
        way.formatted(program) + "\nwhile [ ! -f " + child + " ]; do sleep 0.01; done; echo done";
    assertThat(shell(LIMITS, script).run(new byte[0]).block()).isEqualTo(bytes("done\n"));
    assertEnded(childPid());
  }

  @Test
  void theEnvironmentIsEmptyButForAFewNames() {
    byte[] output = runner(LIMITS, "env").run(new byte[0]).block();
    assertThat(new String(output, UTF_8).lines().map(line -> line.replaceAll("=.*", "")))
        .containsExactlyInAnyOrder("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR");
  }

  @Test
  void theWorkingDirectoryIsFreshAndCanBeWrittenTo() {
    CommandRunner runner = shell(LIMITS, "ls -A; echo x > file; mkdir -p a/b; ls -A");
    for (int i = 0; i < 2; i++) {
      assertThat(runner.run(new byte[0]).block()).isEqualTo(bytes("a\nfile\n"));
    }
  }

  @Test
  void aLinkInTheWorkingDirectoryIsNotFollowedWhenItIsRemoved() throws IOException {
    Files.writeString(notes.resolve("mine"), "mine");
    shell(LIMITS, "ln -s " + notes + " link").run(new byte[0]).block();
    assertThat(notes.resolve("mine")).hasContent("mine");
  }

  @Test
  void theInputIsNeverPartOfACommandLine() {
    byte[] input = bytes("$(touch " + notes + "/owned); `id`");
    assertThat(runner(LIMITS, "cat").run(input).block()).isEqualTo(input);
    assertThat(notes).isEmptyDirectory();
  }

  @Test
  void aMissingOrInvalidProgramFailsTheAttemptAndIsNotRetried() throws IOException {
    Path text = Files.writeString(notes.resolve("text"), "no program");
    for (String program : List.of("/no/such/command", "no-such-command", text.toString())) {
      StepVerifier.create(runner(LIMITS, program).run(new byte[0]))
          .verifyErrorSatisfies(
              error -> {
                assertProblem(error, Problem.NOT_STARTED);
                assertThat(error)
                    .hasMessageContaining(program)
                    .hasMessageNotContaining(directory.toString());
              });
    }
  }

  @Test
  void theLastLinesOfALongComplaintAreTold() {
    StepVerifier.create(
            shell(LIMITS, "seq 1000 >&2; echo 'the reason is here' >&2; exit 1").run(new byte[0]))
        .verifyErrorSatisfies(
            error ->
                assertThat(error)
                    .hasMessageContaining("got 1; standard error: … ")
                    .hasMessageEndingWith("999\n1000\nthe reason is here"));
  }

  @Test
  void noMoreRunsAtATimeThanTheSchedulerHasThreads() {
    String script =
        "mkdir " + notes + "/$$; ls " + notes + " | wc -l; sleep 0.1; rmdir " + notes + "/$$";
    var most =
        Flux.range(0, 12)
            .flatMap(i -> shell(LIMITS, script).run(new byte[0]), 12)
            .map(output -> Integer.parseInt(new String(output, UTF_8).strip()))
            .reduce(0, Math::max);
    assertThat(most.block()).isBetween(1, 4);
  }

  @Test
  void anEmptyCommandIsRefused() {
    assertThatThrownBy(() -> runner(LIMITS)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertProblem(Throwable error, Problem problem) {
    assertThat(error)
        .isInstanceOfSatisfying(
            TaskFailedException.class, failed -> assertThat(failed.problem()).isEqualTo(problem));
  }

  private long childPid() throws IOException {
    return Long.parseLong(Files.readString(notes.resolve("child")).strip());
  }

  /** A killed process ends soon, but not at once. */
  private static void assertEnded(long pid)
      throws ExecutionException, InterruptedException, TimeoutException {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(10, TimeUnit.SECONDS);
    }
  }

  private static void awaitGone(Path file) {
    Flux.interval(Duration.ofMillis(10)).takeWhile(tick -> Files.exists(file)).blockLast();
  }

  private static void awaitEmpty(Path directory) {
    Flux.interval(Duration.ofMillis(10))
        .takeWhile(tick -> !String.valueOf(directory.toFile().list().length).equals("0"))
        .blockLast();
  }
}
