package dev.canswarm.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a run asks for its stack, which does not start here; {@link BenchIT} has the rest. */
@Timeout(60) // a guard against a hang
class BenchRunTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private BenchRun run;

  @BeforeEach
  void standIn() throws Exception {
    Path program = directory.resolve("swarm");
    Files.writeString(
        program,
        """
        #!/bin/sh
        for argument do echo "$argument"; done >"$NOTES"
        echo "$SWARM_JAVA_OPTS" >"$NOTES.java"
        echo "no servers here" >&2
        exit 3
        """);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    PrintStream progress = new PrintStream(err, true, StandardCharsets.UTF_8);
    var place =
        new BenchCommand.Place(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            progress,
            Map.of("PATH", "/usr/bin:/bin", "NOTES", notes().toString()),
            program,
            directory.resolve("reports"));
    run = new BenchRun(place, new Progress(progress, false, () -> 0));
  }

  private Path notes() {
    return directory.resolve("notes");
  }

  private void assertDoesNotStart(ThrowingCallable running) {
    assertThatThrownBy(running)
        .isInstanceOfSatisfying(
            BenchException.class, e -> assertThat(e.exitCode()).isEqualTo(BenchExit.ENVIRONMENT))
        .hasMessage("pipeline did not start: exit 3: no servers here");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private List<String> arguments() throws Exception {
    List<String> all = Files.readAllLines(notes());
    return all.subList(all.indexOf("--http-port=0") + 1, all.size());
  }

  @Test
  void theStackIsToldTheEngineAndWhatTheUserAddsInThatOrder() throws Exception {
    BenchOptions options =
        BenchOptions.of(10)
            .engine("jdk")
            .k(4)
            .javaOptions(List.of("-Xmx99m"))
            .upOptions(List.of("--crypto-engine=i2p", "--agents-workers=2"))
            .build();
    assertDoesNotStart(() -> run.run(options));
    assertThat(arguments())
        .containsExactly("--crypto-engine=jdk", "--crypto-engine=i2p", "--agents-workers=2");
    assertThat(directory.resolve("notes.java")).content().startsWith("-Xmx99m -Xlog:gc");
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("swarm: starting 1 pipeline process");
  }

  @Test
  void moreVotesThanThereAreVerifiersByDefaultTakeMoreVerifiers() throws Exception {
    assertDoesNotStart(() -> run.run(BenchOptions.of(10).k(5).processes(2).build()));
    assertThat(arguments()).containsExactly("--crypto-engine=auto", "--agents-verifiers=5");
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("swarm: starting 2 pipeline processes");
  }

  @Test
  void aReportAndAComparisonStartTheSameStackAndLeaveNothingIfThatFails() throws Exception {
    BenchOptions options = BenchOptions.of(10).k(6).build();
    Path report = directory.resolve("report");
    assertDoesNotStart(() -> run.report(options, report));
    List<String> first = arguments();
    assertDoesNotStart(() -> run.sight(options));
    assertThat(arguments()).isEqualTo(first).contains("--agents-verifiers=6");
    assertThat(report).doesNotExist();
    assertThat(directory.resolve("reports")).doesNotExist();
  }
}
