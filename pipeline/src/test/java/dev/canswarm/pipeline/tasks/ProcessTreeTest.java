package dev.canswarm.pipeline.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class ProcessTreeTest {
  private static final long END_SECONDS_MAX = 20;

  @Test
  void whatTheRootStartedIsKilledAlsoWhenTheRootHasEnded() throws Exception {
    Process root = new ProcessBuilder("sh", "-c", "sleep 600 & echo $!; read line").start();
    ProcessTree tree = new ProcessTree(root, Path.of("/no/such/run"));
    ProcessHandle child = ProcessHandle.of(child(root)).orElseThrow();
    tree.recordDescendants();
    root.destroyForcibly().waitFor();
    assertThat(child.isAlive()).as("before").isTrue();

    tree.kill();

    child.onExit().get(END_SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(child.isAlive()).as("after").isFalse();
  }

  private static long child(Process root) throws IOException {
    try (BufferedReader out = root.inputReader()) {
      return Long.parseLong(out.readLine());
    }
  }
}
