package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.ExecCommand;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Feasibility;
import dev.canswarm.rule.ModuleRules;
import dev.canswarm.rule.RuleException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Finds contradictions between settings, policy and trust file that are each valid: with them, all
 * NEEDs of some kind would fail, each after a timeout. Every problem names both sides. Pure.
 */
public final class StartRules {
  /** Upper bound for the bytes of an envelope beside its payload and its parents. */
  private static final int ENVELOPE_BYTES_MAX = 4_096;

  /** Bytes of a parent's id in an envelope, with quotes and comma. */
  private static final int PARENT_BYTES = 67;

  private final Policy policy;
  private final List<String> problems = new ArrayList<>();

  private StartRules(Policy policy) {
    this.policy = policy;
  }

  /**
   * Refuses a start with contradictions.
   *
   * @throws CommandException USAGE, with all of them
   */
  static void check(
      SwarmSettings settings, byte[] policy, ModuleRules.Source modules, TrustRegistry trust)
      throws CommandException {
    Policy parsed = policy(settings, policy);
    List<String> problems =
        new ArrayList<>(
            problems(settings, parsed, OptionalInt.of(Feasibility.verifiersBeside(trust))));
    problems.addAll(Feasibility.problems(parsed, trust));
    problems.addAll(moduleProblems(parsed, modules));
    refuse(problems);
  }

  /**
   * Refuses a start with problems.
   *
   * @throws CommandException USAGE, with all of them
   */
  public static void refuse(List<String> problems) throws CommandException {
    if (problems.size() == 1) {
      throw new CommandException(ExitCode.USAGE, "contradictory settings: " + problems.get(0));
    }
    if (!problems.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          problems.size() + " contradictory settings:\n  " + String.join("\n  ", problems));
    }
  }

  /**
   * Parses the policy under which the process starts.
   *
   * @throws CommandException USAGE for bytes that are not a valid policy
   */
  public static Policy policy(SwarmSettings settings, byte[] bytes) throws CommandException {
    try {
      return Policy.parse(bytes);
    } catch (JsonException | ShapeException e) {
      String file = settings.policyFile().map(String::valueOf).orElse("of the stack");
      throw new CommandException(
          ExitCode.USAGE, "the policy file " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Returns a line for a module of the policy that is missing or can be no rule. */
  public static List<String> moduleProblems(Policy policy, ModuleRules.Source modules) {
    try {
      ModuleRules.of(policy, modules);
      return List.of();
    } catch (RuleException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns a line for each contradiction.
   *
   * @param verifiers those of the trust file that may vote on a worker's result; empty where no
   *     trust file is known
   */
  public static List<String> problems(
      SwarmSettings settings, Policy policy, OptionalInt verifiers) {
    StartRules rules = new StartRules(policy);
    rules.atMost("k of the policy", policy.k(), "k_max of the policy", policy.kMax());
    verifiers.ifPresent(rules::verifiersSuffice);
    rules.atMost("k of the policy", policy.k(), "parents_max of the policy", policy.parentsMax());
    rules.atMost(
        "deadline_ms of the policy",
        policy.deadlineMillis(),
        "deadline_ms_max of the policy",
        policy.deadlineMillisMax());
    rules.atMost(
        "deadline_ms_max of the policy",
        policy.deadlineMillisMax(),
        "kafka.retention-ms",
        settings.kafka().retentionMillis());
    rules.atMost(
        "payload_bytes_max of the policy, %d bytes around it and %d for each of parents_max"
            .formatted(ENVELOPE_BYTES_MAX, PARENT_BYTES),
        policy.payloadBytesMax() + ENVELOPE_BYTES_MAX + (long) PARENT_BYTES * policy.parentsMax(),
        "kafka.record-bytes-max",
        settings.kafka().recordBytesMax());
    rules.atMost(
        "artifact.bytes_max of the policy",
        policy.artifactBytesMax(),
        "artifacts.bytes-max",
        settings.artifactsBytesMax());
    settings
        .tasks()
        .exec()
        .forEach((name, exec) -> rules.command(name, exec, settings.artifactsBytesMax()));
    rules.problems.addAll(Feasibility.problems(policy));
    return rules.problems;
  }

  /**
   * Returns a line for each setting with which NEEDs fail unless they ask for more than the
   * policy's defaults. Such a setting may be intended, so it does not prevent a start.
   */
  public static List<String> warnings(SwarmSettings settings, Policy policy) {
    StartRules rules = new StartRules(policy);
    settings
        .tasks()
        .exec()
        .forEach(
            (name, exec) ->
                rules.atMost(
                    "tasks.exec." + name + ".timeout-ms",
                    exec.timeoutMillis(),
                    "deadline_ms of the policy, for NEEDs that name no deadline",
                    policy.deadlineMillis()));
    return rules.problems;
  }

  private void command(String name, ExecCommand command, long artifactBytesMax) {
    String prefix = "tasks.exec." + name;
    atMost(
        prefix + ".timeout-ms",
        command.timeoutMillis(),
        "verify_ms of the policy",
        policy.verifyMillis());
    atMost(
        prefix + ".timeout-ms",
        command.timeoutMillis(),
        "lease_ms of the policy",
        policy.leaseMillis());
    atMost(
        prefix + ".timeout-ms",
        command.timeoutMillis(),
        "deadline_ms_max of the policy",
        policy.deadlineMillisMax());
    atMost(
        prefix + ".output-bytes-max",
        command.outputBytesMax(),
        "artifact.bytes_max of the policy",
        policy.artifactBytesMax());
    atMost(
        prefix + ".output-bytes-max",
        command.outputBytesMax(),
        "artifacts.bytes-max",
        artifactBytesMax);
  }

  private void verifiersSuffice(int verifiers) {
    atMost(
        "k of the policy",
        policy.k(),
        "the verifiers in the trust file beside a worker",
        verifiers);
    atMost("k_plan of the policy", policy.kPlan(), "the verifiers in the trust file", verifiers);
  }

  private void atMost(String low, long lower, String high, long upper) {
    if (lower > upper) {
      problems.add(
          "%s: expected at most %s, which is %d, got %d".formatted(low, high, upper, lower));
    }
  }
}
