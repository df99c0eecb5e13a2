package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoKeptTest {
  private final Path home;

  DemoKeptTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void logArtifactsAndRulesAreKeptAndNoKey() throws Exception {
    Path data = home.resolve("data");
    for (String file :
        new String[] {
          "audit/0001.jsonl", "artifacts/aa/aabb", "trust.yaml", "keys/a.key", "lock"
        }) {
      Files.createDirectories(data.resolve(file).getParent());
      Files.writeString(data.resolve(file), file);
    }
    DemoKept kept = DemoKept.in(home.resolve("kept/here"));
    kept.copyFrom(data);
    try (var tree = Files.walk(home.resolve("kept/here"))) {
      assertThat(tree.filter(Files::isRegularFile))
          .extracting(file -> home.resolve("kept/here").relativize(file).toString())
          .containsExactlyInAnyOrder("audit/0001.jsonl", "artifacts/aa/aabb", "trust.yaml");
    }
    assertThat(home.resolve("kept/here/artifacts/aa/aabb")).hasContent("artifacts/aa/aabb");
  }

  @Test
  void aDirectoryThatHoldsSomethingIsNotWrittenTo() throws Exception {
    Files.writeString(home.resolve("mine"), "x");
    for (Path taken : new Path[] {home, home.resolve("mine")}) {
      assertThatThrownBy(() -> DemoKept.in(taken))
          .isInstanceOfSatisfying(
              CommandException.class,
              refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE))
          .hasMessageContaining(taken.toString());
    }
  }
}
