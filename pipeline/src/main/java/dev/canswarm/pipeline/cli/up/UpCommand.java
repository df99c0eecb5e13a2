package dev.canswarm.pipeline.cli.up;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./swarm up}. */
@Command(
    name = "up",
    header = "Runs the pipeline, with embedded servers unless the settings name others.",
    description = {
      "Starts Kafka, PostgreSQL and Redis under DATA (kept across restarts) and the pipeline with",
      "all agents, prints one line 'ready kafka=… postgres=… redis=… http=… data=…', and runs",
      "until Ctrl-C, which drains and stops in order. With --kafka-bootstrap, --postgres-url and",
      "--redis-url it uses those servers instead.%n"
    })
public final class UpCommand extends CliCommand {
  @Option(
      names = "--join",
      paramLabel = "DIR",
      description = {
        "Joins the stack that runs on DIR: its servers, trust, keys and artifacts. The audit"
            + " log is this process's own, under its own --data."
      })
  private @Nullable Path join;

  public UpCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of(
        "data",
        "roles",
        "kafka.port",
        "postgres.port",
        "redis.port",
        "http.port",
        "kafka.bootstrap",
        "postgres.url",
        "redis.url",
        "policy.file",
        "log.level");
  }

  @Override
  protected int run() throws Exception {
    return new UpRun(this, Optional.ofNullable(join)).run();
  }
}
