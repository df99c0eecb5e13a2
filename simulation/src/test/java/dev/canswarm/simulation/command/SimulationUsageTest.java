package dev.canswarm.simulation.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds of options, which are checked before anything is started. */
class SimulationUsageTest {
  private static Invocation run(Path home, String... args) {
    Invocation invocation = new Invocation(home, Map.of(), SimulationCommands::execute);
    invocation.run(args);
    return invocation;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chaos --minutes 0 | --minutes: expected more than 0 and at most 1440, got 0.0",
        "chaos --minutes 1440.1 | --minutes: expected more than 0 and at most 1440, got 1440.1",
        "chaos --minutes NaN | --minutes: expected more than 0 and at most 1440, got NaN",
        "chaos --needs -1 | --needs: expected 0 to 10000000, got -1",
        "chaos --kills 10000001 | --kills: expected 0 to 10000000, got 10000001",
        "hostile --bad 0 | --bad and --needs: expected 1 to 10000000",
        "hostile --needs 10000001 | --bad and --needs: expected 1 to 10000000",
        "sim --seeds 0 | expected at least 1 seed and 1 to 1000 NEEDs",
        "sim --needs 1001 | expected at least 1 seed and 1 to 1000 NEEDs",
        "sim --seed x | --seed",
      })
  void anOptionOutOfItsBoundsIsAUsageError(String command, String message, @TempDir Path home) {
    Invocation invocation = run(home, command.split(" "));
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.USAGE);
    assertThat(invocation.err()).contains(message);
    assertThat(invocation.out()).isEmpty();
  }

  @Test
  void aSeedIsSimulatedInFullOrInTheNamedPartsOnly(@TempDir Path home) throws Exception {
    JsonNode full = simulated(home);
    JsonNode part = simulated(home, "--only", "n0");
    assertThat(full.path("violations")).isEmpty();
    assertThat(full.path("outcomes")).isNotEmpty();
    assertThat(part.path("events").asLong()).isPositive().isLessThan(full.path("events").asLong());
    assertThat(simulated(home).path("digest"))
        .as("the same seed gives the same run")
        .isEqualTo(full.path("digest"));
    assertThat(part.path("digest")).isNotEqualTo(full.path("digest"));
  }

  private static JsonNode simulated(Path home, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(List.of("sim", "--seed", "7", "--seeds", "1", "--needs", "2", "--json"));
    args.addAll(List.of(more));
    Invocation invocation = run(home, args.toArray(String[]::new));
    assertThat(invocation.exit()).as(invocation.err()).isEqualTo(ExitCode.OK);
    return invocation.summary();
  }
}
