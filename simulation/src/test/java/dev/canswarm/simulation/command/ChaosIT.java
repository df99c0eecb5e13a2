package dev.canswarm.simulation.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.Invocation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three {@code up} processes on one stack, killed while they work, with PostgreSQL, Redis and the
 * broker: P1 to P6 hold, judged from topics and tables by code of its own, and nothing is lost.
 */
class ChaosIT {
  private static final int NEEDS = 1_500;

  /** One more than there are kinds of faults, so that a first round with one of each is over. */
  private static final int KILLS = 8;

  /** It ends after one or two minutes on two cores; a busy machine needs more to get as far. */
  private static final int MINUTES_MAX = 10;

  @Test
  void nothingIsLostAndNothingDoublesWhileEverythingIsKilled(@TempDir Path home) throws Exception {
    Invocation chaos = new Invocation(home, Map.of(), SimulationCommands::execute);
    chaos.run(
        "chaos",
        "--minutes=" + MINUTES_MAX,
        "--needs=" + NEEDS,
        "--kills=" + KILLS,
        "--seed=1",
        "--json");
    System.out.println(chaos.out());
    JsonNode summary = chaos.summary();
    assertThat(summary.get("violations")).as(chaos.err()).isEmpty();
    assertThat(summary.get("ended_otherwise")).isEmpty();
    assertThat(summary.get("lost").asInt()).isZero();
    assertThat(summary.get("needs_fed").asInt()).isGreaterThanOrEqualTo(NEEDS);
    assertThat(summary.get("kills_in_flight").asInt()).isGreaterThanOrEqualTo(KILLS);
    assertThat(summary.get("faults")).allMatch(count -> count.asInt() > 0);
    assertThat(summary.get("needs_taken")).hasSize(3).allMatch(taken -> taken.asInt() > 0);
    assertThat(chaos.exit()).isZero();
    Matcher directory = Pattern.compile("in (\\S*can-swarm-demo-\\d+)").matcher(chaos.err());
    assertThat(directory.find()).as(chaos.err()).isTrue();
    assertThat(Path.of(directory.group(1))).doesNotExist();
    assertThat(ProcessHandle.allProcesses().map(ChaosIT::line))
        .noneMatch(line -> line.contains(directory.group(1)));
  }

  private static String line(ProcessHandle process) {
    return List.of(process.info().arguments().orElse(new String[0])).toString();
  }
}
