package dev.canswarm.benchmarks.load.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.benchmarks.load.failure.BenchException;
import dev.canswarm.benchmarks.load.failure.BenchExit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The processes of a stack, for which others stand in. */
@Timeout(60) // a guard against a hang
class BenchStackTest {
  private static final String PATH = "/usr/bin:/bin";
  private static final List<String> QUICK_JAVA =
      List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  @TempDir private Path directory;

  private Path journal() {
    return directory.resolve("journal");
  }

  private BenchStack start(Path program, int processes, boolean keep, String... options)
      throws Exception {
    List<String> up = new ArrayList<>(List.of(options));
    up.add(StandIn.JOURNAL + journal());
    return BenchStack.start(
        new Launch(program, Map.of("PATH", PATH)),
        new BenchStack.Shape(processes, false, keep, QUICK_JAVA, up));
  }

  private Path script(String text) throws Exception {
    Path script = directory.resolve("swarm");
    Files.writeString(script, "#!/bin/sh\n" + text);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private static void assertEnds(long pid) throws Exception {
    var end = ProcessHandle.of(pid).map(ProcessHandle::onExit);
    if (end.isPresent()) {
      end.get().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void theFirstProcessHasTheServersAndTheOthersJoinItAndEndBeforeIt() throws Exception {
    Path root;
    try (BenchStack stack = start(StandIn.jar(directory), 3, false, "--agents-workers=3")) {
      root = stack.root();
      String rest = " --agents-workers=3 --journal=" + journal();
      assertThat(journal())
          .content()
          .startsWith(
              "up --data="
                  + root.resolve("data-1")
                  + " --kafka-port=0 --postgres-port=0 --redis-port=0 --http-port=0"
                  + rest
                  + "\nup --data="
                  + root.resolve("data-2")
                  + " --join="
                  + root.resolve("data-1")
                  + rest
                  + "\n");
      assertThat(stack.bootstrap()).isEqualTo("data-1:1");
      assertThat(stack.http()).contains("data-1:2");
      assertThat(stack.data()).isEqualTo(root.resolve("data-1"));
      assertThat(stack.auditLogs())
          .containsExactly(
              root.resolve("data-1/audit"),
              root.resolve("data-2/audit"),
              root.resolve("data-3/audit"));
      assertThat(stack.jvms().values()).containsExactly("pipeline", "pipeline-2", "pipeline-3");
      assertThat(stack.heapUsedBytes()).isBetween(1L, 3L * (64 << 20));
      assertThat(root.resolve("gc-2.log")).exists();
      stack.checkAlive();
      assertLogsAreSearched(stack);

      long second = List.copyOf(stack.jvms().keySet()).get(1);
      ProcessHandle.of(second).orElseThrow().destroy();
      assertEnds(second);
      assertThatThrownBy(
              () -> {
                while (true) { // the shell that waits for it ends a moment later
                  stack.checkAlive();
                  Thread.onSpinWait();
                }
              })
          .isInstanceOfSatisfying(
              BenchException.class, e -> assertThat(e.exitCode()).isEqualTo(BenchExit.ENVIRONMENT))
          .hasMessageStartingWith("pipeline-2 ended during the run: exit 143");
    }
    assertThat(Files.readAllLines(journal())).endsWith("end data-2", "end data-3", "end data-1");
    assertThat(root).doesNotExist();
  }

  private static void assertLogsAreSearched(BenchStack stack) throws Exception {
    Path log = Files.createDirectories(stack.data().resolve("log"));
    String error = "java.lang.OutOfMemoryError: Java heap space\n";
    Files.writeString(log.resolve("other.log"), error);
    assertThat(stack.outOfMemory()).isFalse();
    Files.write(log.resolve("swarm.log.1"), new byte[] {(byte) 0xff, '\n'});
    assertThat(stack.outOfMemory()).as("bytes that are no text").isFalse();
    Files.writeString(log.resolve("swarm.log"), "first\n" + error);
    assertThat(stack.outOfMemory()).isTrue();
    Files.delete(log.resolve("swarm.log"));
    Files.writeString(stack.root().resolve("pipeline.err"), error);
    assertThat(stack.outOfMemory()).isTrue();
  }

  @Test
  void whenOneDoesNotStartThoseBeforeItAreStopped() throws Exception {
    Path jar = StandIn.jar(directory);
    assertThatThrownBy(() -> start(jar, 2, false, StandIn.FAIL + "data-2"))
        .isInstanceOfSatisfying(
            BenchException.class, e -> assertThat(e.exitCode()).isEqualTo(BenchExit.ENVIRONMENT))
        .hasMessage("pipeline-2 did not start: exit 7: no room left");
    assertThat(Files.readAllLines(journal())).endsWith("end data-1");
  }

  @Test
  void aProgramThatFailsIsQuotedAndLeavesNothing() throws Exception {
    Path script = script("echo $2 >" + directory + "/said; echo one >&2; echo two >&2; exit 3\n");
    assertThatThrownBy(() -> start(script, 3, false))
        .isInstanceOf(BenchException.class)
        .hasMessage("pipeline did not start: exit 3: one | two");
    assertThat(root()).doesNotExist();
  }

  @Test
  void theDirectoryIsKeptWhereThatWasAskedFor() throws Exception {
    Path script = script("echo $2 >" + directory + "/said; echo broken >&2; exit 3\n");
    assertThatThrownBy(() -> start(script, 1, true)).isInstanceOf(BenchException.class);
    Path kept = root();
    assertThat(kept.resolve("pipeline.err")).hasContent("broken");
    Files.delete(kept.resolve("pipeline.err"));
    assertThatCode(() -> Files.delete(kept)).doesNotThrowAnyException();
  }

  /** The directory that the program was told to use. */
  private Path root() throws Exception {
    String data = Files.readString(directory.resolve("said")).strip();
    assertThat(data).matches("--data=.*/can-swarm-bench-[^/]*/data-1");
    return Objects.requireNonNull(Path.of(data.substring("--data=".length())).getParent());
  }
}
