package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm demo}. */
@Command(
    name = "demo",
    header = "Runs the whole swarm once, in a temporary directory, and shows what it does.",
    description = {
      "Starts Kafka, PostgreSQL and Redis on free ports, feeds NEEDs through an ordinary Kafka",
      "producer, shows one thread's chain as it happens, checks every result by a replay, and",
      "stops everything. Exit 0 only if every NEED ended as it should and every replay passed.%n"
    })
public final class DemoCommand extends CliCommand {
  @Option(names = "--needs", paramLabel = "N", description = "NEEDs to feed. Default: 12.")
  private @Nullable Integer needs;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description = {
        "A story: challenge (a lying worker is caught, the next attempt passes), graph (six tasks"
            + " that build on each other), policy (a module of the policy refuses a COMMIT, and"
            + " runs out of gas on another) or rotation (a stolen key is replaced while it is in"
            + " use)."
      })
  private @Nullable String scenario;

  @Option(names = "--attesters", paramLabel = "N", description = "Verifiers. Default: 4.")
  private int attesters = 4;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Verifiers that must accept a result. Default: 2.")
  private int k = 2;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "A number: the same one gives the same NEEDs, keys and result hashes.")
  private @Nullable Long seed;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = {
        "Keeps the audit log, the artifacts, the policy and the trust file in DIR, to check them"
            + " by hand: ./swarm replay --all --data DIR; docs/spec/verify.py DIR/audit."
      })
  private @Nullable Path keep;

  public DemoCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("log.level");
  }

  @Override
  protected int run() throws Exception {
    return DemoSetup.run(this, needs, attesters, k, seed, scenario, keep);
  }
}
