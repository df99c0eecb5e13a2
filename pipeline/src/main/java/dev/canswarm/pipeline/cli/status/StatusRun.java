package dev.canswarm.pipeline.cli.status;

import dev.canswarm.config.HttpSettings;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.StackFile;
import dev.canswarm.pipeline.cli.kafka.Clients;
import dev.canswarm.pipeline.postgres.OpenNeedsReader;
import dev.canswarm.pipeline.postgres.OpenNeedsReader.OpenNeeds;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.wiring.PostgresAddresses;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** One {@code ./swarm status}: one snapshot, or one every two seconds. */
final class StatusRun {
  private static final long WATCH_MILLIS = 2_000;
  private static final int CONNECTIONS_MAX = 3;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final CommandContext context;
  private final Console console;
  private final DataAccess access;
  private final Optional<StackFile> stack;
  private final Admin admin;
  private final OpenNeedsReader open;
  private final StatusText text;

  private StatusRun(CommandContext context, DataAccess access, Admin admin, OpenNeedsReader open)
      throws Exception {
    this.context = context;
    this.console = context.console();
    this.access = access;
    this.stack = access.located().stack();
    this.admin = admin;
    this.open = open;
    this.text =
        new StatusText(
            access.settings().swarmId(),
            access.dataDir().toString(),
            new StatusText.Addresses(
                access.kafka().bootstrap(),
                access.postgres().host() + ":" + access.postgres().port(),
                access.settings().redis().url().map(url -> DataPaths.redisAddress(url.reveal())),
                stack.flatMap(file -> file.process().http())));
  }

  static int run(StatusCommand command) throws Exception {
    DataAccess access = DataAccess.of(command);
    PostgresEndpoint at = access.postgres();
    OpenNeedsReader open =
        new OpenNeedsReader(
            new PostgresPoolSettings(
                PostgresAddresses.of(at),
                CONNECTIONS_MAX,
                access.settings().postgres().statementTimeoutMillis()));
    try (Admin admin = Clients.admin(access.kafka())) {
      StatusRun run = new StatusRun(command.context(), access, admin, open);
      return command.watch ? run.watch() : run.once();
    } finally {
      open.closeLater().block(CLOSE_MAX);
    }
  }

  private Path token() {
    return access
        .settings()
        .http()
        .tokenFile()
        .orElse(access.dataDir().resolve(HttpSettings.TOKEN_FILE));
  }

  private int once() throws Exception {
    StatusSnapshot snapshot = take();
    show(snapshot);
    int exit = snapshot.isWell() ? ExitCode.OK : ExitCode.FAILED;
    console.summary(exit, Map.of("well", snapshot.isWell()));
    return exit;
  }

  private int watch() throws Exception {
    do {
      StatusSnapshot snapshot = take();
      console.clearScreen();
      show(snapshot);
    } while (!console.outputClosed() && !context.stop().await(WATCH_MILLIS));
    console.summary(ExitCode.OK, Map.of("stopped", true));
    return ExitCode.STOPPED;
  }

  private void show(StatusSnapshot snapshot) {
    console.result(text.lines(snapshot));
    console.object("status", text.members(snapshot));
  }

  private StatusSnapshot take() throws InterruptedException {
    long now = context.time().epochMillis();
    Optional<KafkaSnapshot> kafka = Optional.empty();
    String kafkaFailure = "";
    try {
      kafka = Optional.of(KafkaSnapshot.ask(admin, now));
    } catch (KafkaException | TimeoutException e) {
      kafkaFailure = text(e);
    }
    Optional<OpenNeeds> needs = Optional.empty();
    String postgresFailure = "";
    try {
      needs = open.read().blockOptional(postgresMax());
    } catch (RetryableException e) {
      postgresFailure = text(e);
    }
    Optional<HealthSnapshot> health = Optional.empty();
    String httpFailure = "";
    Optional<String> address = stack.flatMap(file -> file.process().http());
    if (address.isPresent()) {
      try {
        health = Optional.of(HealthSnapshot.ask(address.get(), token()));
      } catch (IOException e) {
        httpFailure = text(e);
      }
    }
    return new StatusSnapshot(
        now, kafka, kafkaFailure, needs, postgresFailure, health, httpFailure);
  }

  private Duration postgresMax() {
    return Duration.ofMillis(3L * access.settings().postgres().statementTimeoutMillis());
  }

  private static String text(Exception failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
