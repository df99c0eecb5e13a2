package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.Secret;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.CommandContext;
import dev.canswarm.pipeline.cli.CommandException;
import dev.canswarm.pipeline.cli.DataAccess;
import dev.canswarm.pipeline.cli.ExitCode;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.EmbeddedStack;
import dev.canswarm.pipeline.embedded.EmbeddedStackException;
import dev.canswarm.pipeline.embedded.ServerKind;
import dev.canswarm.pipeline.embedded.SomeServers;
import dev.canswarm.pipeline.embedded.StackSettings;
import dev.canswarm.pipeline.embedded.StartListener;
import dev.canswarm.pipeline.postgres.PostgresSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The servers that hold what is to be read: those that the settings name or that run on the data
 * directory; else the directory's own, started for the time being with the directory locked, as
 * {@code ./swarm up} would.
 */
final class ReplayServers implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Closing closing = new Closing();
  private final SwarmSettings settings;
  private Optional<String> kafka;
  private Optional<PostgresEndpoint> postgres;

  private ReplayServers(SwarmSettings settings) {
    this.settings = settings;
    this.kafka = settings.kafka().bootstrap();
    this.postgres = settings.postgres().endpoint();
  }

  /**
   * Finds or starts them; blocks.
   *
   * @param needed without which there is nothing to read
   * @param useful that are started with one that is needed, where they have data: beside servers
   *     that the settings name, the directory's own may be of another swarm
   * @throws CommandException ENVIRONMENT where one that is needed is nowhere
   * @throws EmbeddedStackException where one does not start, or somebody else uses the directory
   */
  static ReplayServers open(
      DataAccess access, Set<ServerKind> needed, Set<ServerKind> useful, CommandContext context)
      throws CommandException, EmbeddedStackException {
    ReplayServers servers = new ReplayServers(access.settings());
    Path data = access.dataDir();
    Set<ServerKind> toStart = EnumSet.noneOf(ServerKind.class);
    for (ServerKind kind : needed) {
      if (!servers.isKnown(kind)) {
        if (!SomeServers.hasRun(kind, data)) {
          throw new CommandException(ExitCode.ENVIRONMENT, nothingThere(kind, data));
        }
        toStart.add(kind);
      }
    }
    if (!toStart.isEmpty()) {
      useful.stream()
          .filter(kind -> !servers.isKnown(kind) && SomeServers.hasRun(kind, data))
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
    SomeServers started =
        closing.add(
            "the servers",
            SomeServers.start(kinds, directory, StackSettings.defaults(), StartListener.none()));
    if (kinds.contains(ServerKind.KAFKA)) {
      kafka = Optional.of(HOST + ":" + started.port(ServerKind.KAFKA));
    }
    if (kinds.contains(ServerKind.POSTGRES)) {
      postgres =
          Optional.of(
              new PostgresEndpoint(
                  EmbeddedStack.POSTGRES_USER,
                  new Secret(""),
                  HOST,
                  started.port(ServerKind.POSTGRES),
                  EmbeddedStack.POSTGRES_DATABASE));
    }
  }

  /** Kafka's bootstrap servers, of one that was needed. */
  String kafka() {
    return kafka.orElseThrow();
  }

  /** The database, where there is one. */
  Optional<PostgresSettings> postgres() {
    return postgres.map(
        at ->
            new PostgresSettings(
                at.host(),
                at.port(),
                at.database(),
                at.user(),
                at.password().reveal(),
                settings.postgres().connectionsMax(),
                settings.postgres().batchRowsMax(),
                settings.postgres().statementTimeoutMillis()));
  }

  /** Stops what was started. Idempotent. */
  @Override
  public void close() {
    closing.close();
  }
}
