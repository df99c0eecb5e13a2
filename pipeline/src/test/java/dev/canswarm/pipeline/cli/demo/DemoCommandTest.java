package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds of options, which are checked before anything is started. */
class DemoCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--needs 0 | --needs: expected 1 to 1000000, got 0",
        "--needs 1000001 | --needs: expected 1 to 1000000, got 1000001",
        "--attesters 0 | --attesters: expected 1 to 64, got 0",
        "--attesters 65 | --attesters: expected 1 to 64, got 65",
        "--k 0 | --k: expected 1 to 4, got 0",
        "--k 5 | --k: expected 1 to 4, got 5",
        "--k 3 --attesters 2 | --k: expected 1 to 2, got 3",
        "--scenario graph --needs 1 | --needs: a scenario has its own",
        "--seed one | --seed",
      })
  void anOptionOutOfItsBoundsIsAUsageError(String options, String message, @TempDir Path home) {
    Invocation demo = Invocation.of(home, ("demo " + options).split(" "));
    assertThat(demo.exit()).as(demo.err()).isEqualTo(ExitCode.USAGE);
    assertThat(demo.err()).contains(message);
    assertThat(demo.out()).isEmpty();
  }

  @Test
  void aDirectoryToKeepItInThatIsInUseIsRefusedBeforeTheServersStart(@TempDir Path home)
      throws Exception {
    Files.createDirectories(home.resolve("kept"));
    Files.writeString(home.resolve("kept").resolve("mine.txt"), "mine");
    Invocation demo = Invocation.of(home, "demo", "--keep", "kept");
    assertThat(demo.exit()).as(demo.err()).isNotEqualTo(ExitCode.OK);
    assertThat(demo.err()).contains(home.resolve("kept").toString()).doesNotContain("starting");
    assertThat(demo.out()).isEmpty();
  }
}
