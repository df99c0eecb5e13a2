package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the JVM of a stack with SIGKILL and checks what remains. */
class KilledProcessIT {

  private static final long WAIT_SECONDS_MAX = 120;

  private final Path temp;

  KilledProcessIT(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void noServerOutlivesAKilledJvm() throws Exception {
    StackProcess stack = StackProcess.start(temp.resolve("data"));
    List<ProcessHandle> servers = tree(stack.jvm().toHandle());
    assertThat(servers).contains(stack.postgres(), stack.redis());
    kill(stack.jvm().toHandle());
    for (ProcessHandle server : servers) {
      server.onExit().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    }
    assertThat(servers).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void noServerOutlivesAKilledJvmEvenWhenItIsPaused() throws Exception {
    StackProcess stack = StackProcess.start(temp.resolve("data"));
    List<ProcessHandle> postgres = Signals.tree(stack.postgres());
    Signals.send("STOP", postgres);
    kill(stack.jvm().toHandle());
    for (ProcessHandle process : postgres) {
      process.onExit().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    }
    assertThat(postgres).hasSizeGreaterThan(1).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void serversThatOutlivedTheirGuardsAreStoppedByTheNextStartWhichFindsTheirData()
      throws Exception {
    Path data = temp.resolve("data");
    StackProcess stack = StackProcess.start(data);
    List<ProcessHandle> guards =
        Stream.of(stack.postgres(), stack.redis())
            .map(server -> server.parent().orElseThrow())
            .flatMap(shell -> Stream.concat(Stream.of(shell), shell.children()))
            .filter(process -> !process.equals(stack.postgres()) && !process.equals(stack.redis()))
            .toList();
    assertThat(guards).hasSize(4);
    // The JVM must be stopped first, since it would restart the servers; it is killed with the
    // guards.
    Signals.send("STOP", List.of(stack.jvm().toHandle()));
    guards.forEach(ProcessHandle::destroyForcibly);
    kill(stack.jvm().toHandle());
    for (ProcessHandle guard : guards) {
      guard.onExit().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    }
    assertThat(stack.postgres().isAlive()).isTrue();
    assertThat(stack.redis().isAlive()).isTrue();

    try (EmbeddedStack next = EmbeddedStack.start(data, Ports.anyFree(), StartListener.none())) {
      assertThat(stack.postgres().isAlive()).isFalse();
      assertThat(stack.redis().isAlive()).isFalse();
      assertThat(new StackClients(next).query("SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void aPostgresPidFileThatNamesAnotherProcessDoesNotKeepItFromStarting() throws Exception {
    Path data = temp.resolve("data");
    EmbeddedStack.start(data, Ports.anyFree(), StartListener.none()).close();
    Files.writeString(
        data.resolve("postgres/data/postmaster.pid"), ProcessHandle.current().pid() + "\n");
    try (EmbeddedStack next = EmbeddedStack.start(data, Ports.anyFree(), StartListener.none())) {
      assertThat(next.postgres().running()).isTrue();
    }
  }

  @Test
  void aFatalFaultOfTheBrokerEndsTheProcessThroughItsHooks() throws Exception {
    StackProcess stack = StackProcess.start(temp.resolve("data"));
    stack.jvm().outputWriter().append("fault\n").flush();
    assertThat(stack.output().lines().toList())
        .hasSize(2)
        .satisfies(
            lines -> {
              assertThat(lines.get(0))
                  .startsWith("fatal KAFKA")
                  .contains("all log directories failed");
              assertThat(lines.get(1)).isEqualTo("closed");
            });
    assertThat(stack.jvm().waitFor()).isEqualTo(EmbeddedStack.EXIT_STATUS_ENVIRONMENT);
    assertThat(stack.postgres().isAlive()).isFalse();
    assertThat(stack.redis().isAlive()).isFalse();
  }

  private static List<ProcessHandle> tree(ProcessHandle jvm) {
    return jvm.descendants().toList();
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    assertThat(Signals.awaitExit(process, TimeUnit.SECONDS.toMillis(WAIT_SECONDS_MAX))).isTrue();
  }
}
