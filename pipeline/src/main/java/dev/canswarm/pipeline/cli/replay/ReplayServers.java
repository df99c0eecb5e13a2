package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.EmbeddedStackException;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.SelectedServers;
import dev.canswarm.pipeline.embedded.ServerKind;
import dev.canswarm.pipeline.embedded.StackSettings;
import dev.canswarm.pipeline.embedded.StartListener;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.wiring.PostgresAddresses;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The servers from which a replay reads: those that the settings name or that run on the data
 * directory; or else the directory's own, which are started for the replay while the directory is
 * locked, as {@code ./swarm up} does.
 */
final class ReplayServers implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Closing closing = new Closing();
  private final SwarmSettings settings;
  private Optional<KafkaEndpoint> kafka;
  private Optional<PostgresEndpoint> postgres;

  private ReplayServers(SwarmSettings settings) {
    this.settings = settings;
    this.kafka =
        settings
            .kafka()
            .bootstrap()
            .map(named -> new KafkaEndpoint(named, settings.kafka().client()));
    this.postgres = settings.postgres().endpoint();
  }

  /**
   * Finds or starts the servers; blocks.
   *
   * @param needed servers that are required
   * @param useful servers with data that are started too if a needed one has to be started;
   *     otherwise not, since named servers and the directory may be of different swarms
   * @throws CommandException ENVIRONMENT if a needed one is not found
   * @throws EmbeddedStackException if one does not start, or somebody else uses the directory
   */
  static ReplayServers open(
      DataAccess access, Set<ServerKind> needed, Set<ServerKind> useful, CommandContext context)
      throws CommandException, EmbeddedStackException {
    ReplayServers servers = new ReplayServers(access.settings());
    Path data = access.dataDir();
    Set<ServerKind> toStart = EnumSet.noneOf(ServerKind.class);
    for (ServerKind kind : needed) {
      if (!servers.isKnown(kind)) {
        if (!SelectedServers.hasRun(kind, data)) {
          throw new CommandException(ExitCode.ENVIRONMENT, nothingThere(kind, data));
        }
        toStart.add(kind);
      }
    }
    if (!toStart.isEmpty()) {
      useful.stream()
          .filter(kind -> !servers.isKnown(kind) && SelectedServers.hasRun(kind, data))
          .forEach(toStart::add);
    }
    boolean opened = false;
    try {
      if (!toStart.isEmpty()) {
        servers.start(toStart, data, context);
      }
      opened = true;
      return servers;
    } finally {
      if (!opened) {
        servers.close();
      }
    }
  }

  private static String nothingThere(ServerKind kind, Path data) {
    String option = kind == ServerKind.KAFKA ? "--kafka-bootstrap" : "--postgres-url";
    return "no stack is running on %s and its %s was never started there; pass the --data of a stack, or a server with %s"
        .formatted(data, kind.label(), option);
  }

  private boolean isKnown(ServerKind kind) {
    return switch (kind) {
      case KAFKA -> kafka.isPresent();
      case POSTGRES -> postgres.isPresent();
      case REDIS -> settings.redis().url().isPresent();
    };
  }

  private void start(Set<ServerKind> kinds, Path data, CommandContext context)
      throws EmbeddedStackException {
    String names = kinds.stream().map(ServerKind::label).collect(Collectors.joining(" and "));
    context.console().note("swarm: starting " + names + " on " + data + ", to read what is there");
    DataDirectory directory = closing.add("the data directory", DataDirectory.open(data));
    SelectedServers started =
        closing.add(
            "the servers",
            SelectedServers.start(
                kinds, directory, StackSettings.defaults(), StartListener.none()));
    if (kinds.contains(ServerKind.KAFKA)) {
      kafka = Optional.of(started.kafka());
    }
    if (kinds.contains(ServerKind.POSTGRES)) {
      postgres = Optional.of(started.postgres(PostgresRole.PIPELINE));
    }
  }

  /** Returns where Kafka is, if it is required. */
  KafkaEndpoint kafka() {
    return kafka.orElseThrow();
  }

  /** Returns the database, if there is one. */
  Optional<PostgresPoolSettings> postgres() {
    return postgres.map(
        at ->
            new PostgresPoolSettings(
                PostgresAddresses.of(at),
                settings.postgres().connectionsMax(),
                settings.postgres().statementTimeoutMillis()));
  }

  /** Stops the servers that were started. Idempotent. */
  @Override
  public void close() {
    closing.close();
  }
}
