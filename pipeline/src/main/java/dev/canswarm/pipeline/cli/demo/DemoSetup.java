package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.LogLevel;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.SettingKeys;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.Policy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns the options of {@code ./swarm demo} into settings and runs the demo. */
public final class DemoSetup {
  private DemoSetup() {}

  private static final int NEEDS_DEFAULT = 12;

  static int run(
      CliCommand command,
      @Nullable Integer needsAsked,
      int attesters,
      int k,
      @Nullable Long seed,
      @Nullable String scenarioName,
      @Nullable Path keep)
      throws Exception {
    Optional<DemoScenario> scenario = scenario(scenarioName);
    if (scenario.isPresent() && needsAsked != null) {
      throw new CommandException(
          ExitCode.USAGE, "--needs: a scenario has its own; leave out --needs or --scenario");
    }
    int needs =
        needsAsked != null
            ? needsAsked
            : scenario.map(one -> one.outcomes().size()).orElse(NEEDS_DEFAULT);
    inRange("--needs", needs, DemoOptions.NEEDS_MAX);
    inRange("--attesters", attesters, DemoOptions.ATTESTERS_MAX);
    inRange("--k", k, attesters);
    SwarmSettings settings =
        command.loadSettings(overrides(attesters, scenario), Optional.of(LogLevel.WARN)).settings();
    byte[] given = withK(PolicyFile.load(settings.policyFile()), k);
    byte[] policy = scenario.map(one -> one.policy(given)).orElse(given);
    OptionalLong number = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    Optional<DemoKept> kept = Optional.empty();
    if (keep != null) {
      kept = Optional.of(DemoKept.in(command.context().workingDirectory().resolve(keep)));
    }
    return new DemoRun(
            command.context(), new DemoOptions(needs, attesters, k, number, scenario, kept))
        .run(settings, policy);
  }

  private static Optional<DemoScenario> scenario(@Nullable String name) throws CommandException {
    if (name == null) {
      return Optional.empty();
    }
    Optional<DemoScenario> scenario = DemoScenario.of(name);
    if (scenario.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "--scenario: expected one of %s, got \"%s\"; see ./swarm demo --help"
              .formatted(String.join(", ", DemoScenario.labels()), name));
    }
    return scenario;
  }

  private static void inRange(String option, int value, int max) throws CommandException {
    if (value < 1 || value > max) {
      throw new CommandException(
          ExitCode.USAGE,
          option + ": expected 1 to " + max + ", got " + value + "; see ./swarm demo --help");
    }
  }

  /** Makes a demo independent of servers, roles and trust in the environment or a file. */
  private static Map<String, String> overrides(int attesters, Optional<DemoScenario> scenario) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("kafka.bootstrap", "");
    values.put("postgres.url", "");
    values.put("postgres.owner-url", "");
    values.put("redis.url", "");
    values.put("trust.file", "");
    values.put(
        "roles",
        scenario
            .map(DemoScenario::roles)
            .orElseGet(() -> SettingKeys.find("roles").orElseThrow().defaultValue()));
    scenario.ifPresent(one -> values.put("agents.workers", "2"));
    values.put("intake.enabled", "true");
    values.put("agents.verifiers", Integer.toString(attesters));
    return values;
  }

  /** Returns the policy with another K, and so with another hash. */
  public static byte[] withK(byte[] policy, int k) {
    JsonObject object = StrictJson.parseObject(policy);
    Map<String, JsonValue> members = new TreeMap<>(object.members());
    members.put("k", JsonNumber.of(k));
    members.put("k_max", JsonNumber.of(Math.max(k, Policy.parse(policy).kMax())));
    return CanonicalJson.write(JsonObject.of(members));
  }
}
