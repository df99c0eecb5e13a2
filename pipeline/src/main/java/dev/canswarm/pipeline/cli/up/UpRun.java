package dev.canswarm.pipeline.cli.up;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.LogSetup;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.data.RunningRegistry;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.cli.data.StackFile;
import dev.canswarm.pipeline.cli.stack.Closing;
import dev.canswarm.pipeline.cli.stack.LocalSwarm;
import dev.canswarm.pipeline.cli.stack.ServerRules;
import dev.canswarm.pipeline.cli.stack.StartRules;
import dev.canswarm.pipeline.cli.stack.SwarmPlan;
import dev.canswarm.pipeline.cli.stack.TaskPrograms;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.NativeLibraries;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.pipeline.wiring.NodeSpec;
import dev.canswarm.policy.Policy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One {@code ./swarm up}, from the settings to the drained end. */
final class UpRun {
  private static final long POLL_MILLIS = 1_000;

  private final CliCommand command;
  private final CommandContext context;
  private final Optional<Path> join;

  UpRun(CliCommand command, Optional<Path> join) {
    this.command = command;
    this.context = command.context();
    this.join = join.map(path -> context.workingDirectory().resolve(path).normalize());
  }

  int run() throws Exception {
    FatalErrors.watch();
    Optional<StackFile> stack = joinedStack();
    LoadedSettings loaded =
        stack.isEmpty()
            ? command.loadSettings()
            : command.loadSettings(stack.get().settings(join.orElseThrow()), Optional.empty());
    SwarmSettings settings = loaded.settings();
    if (join.isPresent() && join.get().equals(settings.data())) {
      throw new CommandException(
          ExitCode.USAGE,
          "--join and --data are the same directory; pass another --data for this process");
    }
    StartRules.refuse(ServerRules.problems(loaded));
    try (Closing closing = new Closing()) {
      DataDirectory data = closing.add("the data directory", DataDirectory.open(settings.data()));
      closing.add("the log file", LogSetup.alsoTo(data.resolve("log").resolve("swarm.log")));
      // Before the policy is hashed: that loads the first of them.
      NativeLibraries.prepare(data).ifPresent(note -> context.console().note("swarm: " + note));
      byte[] policy = PolicyFile.load(settings.policyFile());
      Policy parsed = StartRules.policy(settings, policy);
      warn(StartRules.warnings(settings, parsed));
      String path = context.environment().getOrDefault("PATH", "");
      warn(TaskPrograms.problems(settings.tasks().exec(), path));
      ModuleFiles modules = ModuleFiles.beside(settings.policyFile(), parsed);
      Path trustFile = DataPaths.trustFile(loaded, join.orElse(data.root()));
      Ports ports =
          new Ports(
              settings.kafka().port(),
              settings.kafka().saslPort(),
              Ports.ANY,
              settings.postgres().port(),
              settings.redis().port());
      SeedSource seeds = SeedSource.random(context.random());
      SwarmPlan plan =
          SwarmPlan.of(settings, data, trustFile, policy, seeds, ports)
              .withModules(modules)
              .joining(join, stack.map(running -> running.kafka().open()));
      Optional<HttpEndpoint> http = HttpEndpoint.open(loaded, data.root(), context);
      if (http.isPresent()) {
        closing.add("the HTTP server", http.get());
      }
      LocalSwarm swarm = closing.add("the swarm", LocalSwarm.start(plan, context));
      closing.add("its meters", swarm.showMeters());
      if (!swarm.keys().added().isEmpty()) {
        context
            .console()
            .note(
                "swarm: made the keys of %d agents; ./swarm keys show lists them"
                    .formatted(swarm.keys().added().size()));
      }
      String address = "";
      if (http.isPresent()) {
        http.get().serve(swarm.apiRoutes());
        closing.add("its answers", http.get()::stopServing);
        address = http.get().address();
      }
      if (join.isEmpty()) {
        announce(closing, data.root(), swarm, settings, address);
      }
      Optional<JoinedStack> joined =
          stack.isEmpty()
              ? Optional.empty()
              : Optional.of(JoinedStack.of(join.orElseThrow(), trustFile, stack.get()));
      ready(swarm, address, data.root());
      awaitStop(swarm, joined);
      context.console().note("swarm: stopping");
    }
    context.console().summary(ExitCode.OK, Map.of("stopped", true));
    return ExitCode.STOPPED;
  }

  /** Waits for a stop. Fails if the pipeline ended or can make no progress any more. */
  private void awaitStop(LocalSwarm swarm, Optional<JoinedStack> joined) throws Exception {
    while (!context.stop().await(POLL_MILLIS)) {
      Optional<String> changed = joined.isEmpty() ? Optional.empty() : joined.get().changed();
      if (changed.isPresent()) {
        throw new CommandException(
            ExitCode.ENVIRONMENT,
            "the stack on %s %s; start this process again"
                .formatted(join.orElseThrow(), changed.get()));
      }
      Optional<Throwable> failure = swarm.failure();
      if (failure.isPresent()) {
        throw new CommandException(
            ExitCode.ENVIRONMENT,
            "the pipeline stopped: " + failure.get().getMessage() + "; mend that and start again",
            failure.get());
      }
    }
  }

  private Optional<StackFile> joinedStack() throws Exception {
    if (join.isEmpty()) {
      return Optional.empty();
    }
    Optional<StackFile> stack = StackFile.read(join.get());
    if (stack.isEmpty()) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "no stack runs on " + join.get() + "; start one with: ./swarm up --data " + join.get());
    }
    return stack;
  }

  /** Writes the files by which other commands find the stack. */
  private void announce(
      Closing closing, Path data, LocalSwarm swarm, SwarmSettings settings, String http)
      throws Exception {
    NodeSpec.Servers servers = swarm.servers();
    StackFile file =
        new StackFile(
            new StackFile.Writer(
                ProcessHandle.current().pid(), Optional.of(http).filter(at -> !at.isEmpty())),
            settings.swarmId(),
            new StackFile.Kafka(swarm.openKafka(), servers.kafka(), swarm.kafkaSaslPort()),
            servers.postgres().url(),
            servers.redisUri(),
            settings.intakeEnabled(),
            settings.kafka().partitions());
    file.write(data);
    closing.add("its entry", () -> StackFile.remove(data));
    RunningRegistry registry = RunningRegistry.ofUser(context.environment());
    registry.add(data, file.process().pid());
    closing.add("its registration", () -> registry.remove(data));
  }

  private void ready(LocalSwarm swarm, String http, Path data) {
    NodeSpec.Servers servers = swarm.servers();
    Map<String, String> members = new LinkedHashMap<>();
    members.put("kafka", swarm.openKafka());
    members.put("postgres", servers.postgres().host() + ":" + servers.postgres().port());
    members.put("redis", DataPaths.redisAddress(servers.redisUri()));
    if (!http.isEmpty()) {
      members.put("http", http);
    }
    members.put("data", data.toString());
    StringBuilder line = new StringBuilder("ready");
    members.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    context.console().result(line.toString());
    context.console().object("ready", members);
  }

  private void warn(List<String> warnings) {
    warnings.forEach(warning -> context.console().note("swarm: warning: " + warning));
  }
}
