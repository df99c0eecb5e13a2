package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.replay.BrokenLogException;
import dev.canswarm.pipeline.cli.replay.ReplayInput;
import dev.canswarm.pipeline.cli.replay.ReplayService;
import dev.canswarm.pipeline.cli.stack.LocalSwarm;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.wiring.PostgresAddresses;
import dev.canswarm.replay.Check;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Replays a finished demo from its audit log and compares it with its op-log. */
final class DemoReplay {
  private static final int CONNECTIONS_MAX = 2;
  private static final int STATEMENT_MILLIS_MAX = 10_000;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  /** Most failures that are listed. */
  private static final int REMARKS_MAX = 10;

  private final List<String> remarks = new ArrayList<>();
  private int passed;

  private DemoReplay() {}

  /**
   * Replays every thread; blocks.
   *
   * @param swarm a swarm whose node is stopped and whose servers run
   * @throws Exception if the log, the trust file or the policy cannot be read
   */
  static DemoReplay of(LocalSwarm swarm, Path data, SwarmSettings settings, CommandContext context)
      throws Exception {
    SignatureEngine engine = ConfiguredEngine.of(settings).engine();
    Instant now = Instant.ofEpochSecond(0, context.time().epochNanos());
    PostgresSlotStore store = store(swarm.servers().postgres());
    DemoReplay replay = new DemoReplay();
    try {
      new ReplayService(
              ReplayInput.of(data, settings.swarmId(), now).withEngine(engine), Optional.of(store))
          .replay(Optional.empty(), replay::add);
    } catch (BrokenLogException e) {
      replay.remarks.add("audit: " + e.getMessage());
    } finally {
      store.closeLater().onErrorComplete().block(CLOSE_MAX);
    }
    return replay;
  }

  /** Opens the store of a demo's own PostgreSQL. */
  static PostgresSlotStore store(PostgresEndpoint at) {
    return new PostgresSlotStore(
        new PostgresPoolSettings(PostgresAddresses.of(at), CONNECTIONS_MAX, STATEMENT_MILLIS_MAX));
  }

  private void add(ReplayReport report) {
    if (report.status() == Status.PASS) {
      passed++;
    } else if (remarks.size() < REMARKS_MAX) {
      String failed =
          report.checks().stream()
              .filter(check -> check.status() != Status.PASS)
              .map(DemoReplay::text)
              .collect(Collectors.joining("; "));
      remarks.add("replay of " + report.threadId() + ": " + report.status() + ": " + failed);
    }
  }

  private static String text(Check check) {
    return check.name() + " " + check.findings();
  }

  /** Returns the number of NEEDs that passed every check. */
  int passed() {
    return passed;
  }

  /** Returns the first failures. */
  List<String> remarks() {
    return List.copyOf(remarks);
  }
}
