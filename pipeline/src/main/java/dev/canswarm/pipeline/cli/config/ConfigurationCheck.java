package dev.canswarm.pipeline.cli.config;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.SettingsException;
import dev.canswarm.config.SettingsProblem;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.stack.ServerRules;
import dev.canswarm.pipeline.cli.stack.StartRules;
import dev.canswarm.pipeline.cli.stack.TaskPrograms;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.pipeline.tasks.PluginException;
import dev.canswarm.pipeline.wiring.ConfiguredTasks;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Feasibility;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Collects the problems of a configuration. */
final class ConfigurationCheck {
  /** Roles without which no NEED can end as ACCEPTED. */
  private static final List<RoleName> NEEDED =
      List.of(
          RoleName.PLANNER,
          RoleName.DECIDER,
          RoleName.WORKER,
          RoleName.VERIFIER,
          RoleName.COORDINATOR);

  private final CliCommand command;
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  ConfigurationCheck(CliCommand command) {
    this.command = command;
  }

  /** Returns a line for each problem, each of which names the setting or file. Blocks. */
  List<String> problems() {
    LoadedSettings loaded;
    try {
      loaded = command.loadSettings();
    } catch (SettingsException e) {
      return e.problems().stream().map(SettingsProblem::toString).toList();
    }
    SwarmSettings settings = loaded.settings();
    problems.addAll(ServerRules.problems(loaded));
    OptionalInt verifiers = verifiers(loaded);
    policy(settings)
        .ifPresent(
            policy -> {
              problems.addAll(StartRules.problems(settings, policy, verifiers));
              warnings.addAll(StartRules.warnings(settings, policy));
              modules(settings, policy);
            });
    plugins(settings);
    String path = command.context().environment().getOrDefault("PATH", "");
    problems.addAll(TaskPrograms.problems(settings.tasks().exec(), path));
    return problems;
  }

  /** Returns a line for each setting that is doubtful; complete after {@link #problems}. */
  List<String> warnings() {
    return warnings;
  }

  private Optional<Policy> policy(SwarmSettings settings) {
    try {
      return Optional.of(StartRules.policy(settings, PolicyFile.load(settings.policyFile())));
    } catch (ConfigurationException | CommandException e) {
      problems.add("policy.file: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void modules(SwarmSettings settings, Policy policy) {
    try {
      problems.addAll(
          StartRules.moduleProblems(policy, ModuleFiles.beside(settings.policyFile(), policy)));
    } catch (ConfigurationException e) {
      problems.add("policy.file: " + e.getMessage());
    }
  }

  /**
   * Returns the number of verifiers in the trust file, or in the one that {@code up} will create.
   */
  private OptionalInt verifiers(LoadedSettings loaded) {
    Path file = DataPaths.trustFile(loaded, loaded.settings().data());
    if (!Files.exists(file) && !DataPaths.isGiven(loaded, "trust.file")) {
      return OptionalInt.of(loaded.settings().agents().verifiers());
    }
    try {
      Instant now = Instant.ofEpochSecond(0, command.context().time().epochNanos());
      TrustRegistry trust = TrustRoles.of(TrustFile.read(file), now);
      for (RoleName role : NEEDED) {
        if (trust.withRole(role).isEmpty()) {
          problems.add(
              "trust.file: expected a key that is valid now for the role %s, got none in %s"
                  .formatted(role.label(), file));
        }
      }
      return OptionalInt.of(Feasibility.verifiersBeside(trust));
    } catch (ConfigurationException e) {
      problems.add("trust.file: " + e.getMessage());
      // The number is unknown: report no second problem that k exceeds it.
      return OptionalInt.empty();
    }
  }

  private void plugins(SwarmSettings settings) {
    try {
      ConfiguredTasks.registry(settings.tasks(), List.of(), UnaryOperator.identity());
    } catch (PluginException | IllegalArgumentException e) {
      problems.add("tasks.plugin-path: " + e.getMessage());
    }
  }
}
