package dev.canswarm.simulation.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandLines;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.simulation.Overrides;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

/** Runs in which operations get lost, so that the order of those that are left matters. */
class SimCommandTest {
  private static final String REPEAT = "repeat with: ./swarm ";

  private final Path home;

  SimCommandTest(@TempDir Path home) {
    this.home = home;
  }

  @Command(name = "swarm")
  private static final class Program {}

  /** Forgets operations once it has seen two NEEDs. */
  private static final class Forgetful implements Overrides {
    private final Set<String> seen = new TreeSet<>();

    @Override
    public PlanState merge(List<PlanOp> ops) {
      ops.stream().map(Object::toString).min(Comparator.naturalOrder()).ifPresent(seen::add);
      return PlanState.of(seen.size() < 2 ? ops : ops.subList(0, Math.min(1, ops.size())));
    }
  }

  private static int broken(CommandContext context, String... args) {
    return CommandLines.execute(
        context, new Program(), Map.of("sim", new SimCommand(context, Forgetful::new)), args);
  }

  private Invocation run(String line) {
    Invocation invocation = new Invocation(home, Map.of(), SimCommandTest::broken);
    invocation.run(line.split(" "));
    return invocation;
  }

  private static String line(Invocation invocation, String part) {
    return invocation.out().lines().filter(line -> line.contains(part)).findFirst().orElseThrow();
  }

  @Test
  void aFailureIsShownWithWhatIsLeftOfItAndTheCommandThatRepeatsIt() {
    Invocation first = run("sim --seed 5 --seeds 1 --needs 3 --only n0,n1,n2");
    assertThat(first.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(first.out()).contains("smallest scenario:", "last events:", "VIOLATION P2");
    assertThat(line(first, "sim: ")).startsWith("sim: 1 seeds of 3 NEEDs, ").endsWith("1 failed");
    String repeat = line(first, REPEAT).strip().substring(REPEAT.length());
    assertThat(repeat).startsWith("sim --seed 5 --seeds 1 --needs 3 --only n");
    Invocation again = run(repeat);
    assertThat(again.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(line(again, "breaks"))
        .isEqualTo(line(first, "breaks"))
        .startsWith("seed 5 breaks P2 after ");
  }

  @Test
  void theSummaryHasEachFailureWithTheSameCommand() throws Exception {
    Invocation invocation = run("sim --seed 5 --seeds 1 --needs 3 --ed25519 --only n0,n1 --json");
    assertThat(invocation.exit()).isEqualTo(ExitCode.FAILED);
    JsonNode violation = invocation.summary().path("violations").path(0);
    assertThat(violation.path("invariant").asText()).isEqualTo("P2");
    assertThat(violation.path("history")).isNotEmpty();
    List<String> kept =
        Arrays.stream(violation.path("kept").toString().split("\\W+"))
            .filter(name -> !name.isEmpty())
            .toList();
    assertThat(kept).hasSizeGreaterThan(1);
    assertThat(violation.path("repeat").asText())
        .isEqualTo(
            "./swarm sim --seed 5 --seeds 1 --needs 3 --ed25519 --only " + String.join(",", kept));
  }

  @Test
  void whoAsksItToStopGetsTheTotalsSoFar() throws Exception {
    Invocation invocation =
        new Invocation(
            home,
            Map.of(),
            (context, args) -> {
              context.stop().request();
              return broken(context, args);
            });
    assertThat(invocation.run("sim", "--seeds", "50", "--json")).isEqualTo(ExitCode.OK);
    assertThat(invocation.summary().path("seeds").asInt()).isZero();
    assertThat(invocation.summary().path("violations")).isEmpty();
  }
}
