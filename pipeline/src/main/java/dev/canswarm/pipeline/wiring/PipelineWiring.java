package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.Role;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Coordinator;
import dev.canswarm.protocol.Decider;
import dev.canswarm.protocol.DecisionRule;
import dev.canswarm.protocol.Participant;
import dev.canswarm.protocol.Planner;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.VerbRegistry;
import dev.canswarm.protocol.Verifier;
import dev.canswarm.protocol.Worker;
import dev.canswarm.stage.DeadLetters;
import dev.canswarm.stage.EffectRunner;
import dev.canswarm.stage.Gateway;
import dev.canswarm.stage.Inbound;
import dev.canswarm.stage.NeedProcessor;
import dev.canswarm.stage.RetryPolicy;
import dev.canswarm.stage.RowCodec;
import dev.canswarm.stage.Signers;
import dev.canswarm.stage.StageContext;
import dev.canswarm.stage.SwarmPipeline;
import dev.canswarm.stage.TaskPermits;
import dev.canswarm.task.TaskRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import reactor.core.scheduler.Scheduler;

/**
 * Puts the roles and stages of one process between its ports. What runs on real servers and what
 * the simulator runs are both put together here, and nowhere else; they differ only in what is
 * handed in.
 */
public final class PipelineWiring {
  /** The outside of a process. */
  public record Ports(
      Bus bus, SlotStore store, DecisionGate gate, ArtifactStore artifacts, AuditLog audit) {}

  /**
   * What a process runs on.
   *
   * @param verify computes: decoding and signature checks; never blocks
   * @param tasks runs task code, which may block
   * @param timer waits; never blocks
   * @param failures told of every failure that is tried again, for the log
   */
  public record Runtime(
      TimeSource time,
      Scheduler verify,
      Scheduler tasks,
      Scheduler timer,
      Consumer<Throwable> failures) {}

  /**
   * Bounds of a process.
   *
   * @param stages of the chain
   * @param tasksRunningMax tasks that run at once
   * @param needsCachedMax NEEDs remembered between their messages
   * @param retryFirstMillis wait before the second try of what met an outage; it doubles from there
   * @param retryMillisMax longest wait between two tries
   * @param deadLetterBytesMax most bytes of a value that the dead-letter topic takes
   */
  public record Bounds(
      SwarmPipeline.Bounds stages,
      int tasksRunningMax,
      int needsCachedMax,
      long retryFirstMillis,
      long retryMillisMax,
      int deadLetterBytesMax) {}

  /**
   * One process.
   *
   * @param name the same after a restart, and for all processes with the same agents
   * @param agents whose roles it plays
   * @param nodeKey stands for a gateway where no agent is one
   */
  public record Process(
      String name,
      List<AgentKey> agents,
      PublicKey nodeKey,
      EnvelopeCodec codec,
      Policy policy,
      TrustRegistry trust,
      TaskRegistry tasks) {
    public Process {
      agents = List.copyOf(agents);
    }

    List<Agent> playing(Role role) {
      return agents.stream().filter(agent -> agent.role() == role).map(AgentKey::agent).toList();
    }
  }

  private PipelineWiring() {}

  /** The topics that a process with these agents reads. */
  public static List<String> topics(List<AgentKey> agents, boolean intakeEnabled) {
    List<String> topics = new ArrayList<>(Topics.ofVerbs());
    if (intakeEnabled && agents.stream().anyMatch(agent -> agent.role() == Role.GATEWAY)) {
      topics.add(Topics.INTAKE);
    }
    return topics;
  }

  /** The chain of one process. */
  public static SwarmPipeline pipeline(
      Process process, Ports ports, Runtime runtime, Bounds bounds) {
    return pipeline(process, ports, runtime, bounds, UnaryOperator.identity());
  }

  /**
   * The chain of one process.
   *
   * @param around what watches a role, or stands in for it
   */
  public static SwarmPipeline pipeline(
      Process process,
      Ports ports,
      Runtime runtime,
      Bounds bounds,
      UnaryOperator<Participant> around) {
    Policy policy = process.policy();
    EnvelopeCodec codec = process.codec();
    TaskRegistry tasks = process.tasks();
    PolicyCheck check = new PolicyCheck(policy, process.trust());
    Rules rules = new Rules(policy, process.trust(), tasks.types());
    Signers signers =
        new Signers(codec, runtime.time(), process.agents().stream().map(AgentKey::key).toList());
    RetryPolicy retry =
        new RetryPolicy(
            bounds.retryFirstMillis(),
            bounds.retryMillisMax(),
            runtime.timer(),
            runtime.failures());
    StageContext context =
        new StageContext(
            rules,
            check,
            VerbRegistry.of(participants(process, rules).stream().map(around).toList()),
            signers,
            new RowCodec(codec),
            ports.bus(),
            ports.store(),
            ports.gate(),
            ports.audit(),
            runtime.time(),
            retry,
            bounds.needsCachedMax());
    EffectRunner effects =
        new EffectRunner(
            ports.gate(),
            ports.store(),
            ports.artifacts(),
            tasks,
            policy,
            runtime.time(),
            runtime.tasks(),
            runtime.timer());
    DeadLetters deadLetters =
        new DeadLetters(
            ports.bus(), ports.store(), ports.audit(), process.name(), bounds.deadLetterBytesMax());
    NeedProcessor processor =
        new NeedProcessor(context, effects, new TaskPermits(bounds.tasksRunningMax()), deadLetters);
    Inbound inbound = new Inbound(codec, check, rules, gateway(process, signers, check, rules));
    return new SwarmPipeline(
        context,
        inbound,
        processor,
        deadLetters,
        bounds.stages(),
        runtime.verify(),
        runtime.timer());
  }

  private static List<Participant> participants(Process process, Rules rules) {
    List<Participant> all =
        List.of(
            new Planner(rules, process.playing(Role.PLANNER)),
            new Decider(rules, process.playing(Role.DECIDER), DecisionRule.FIRST),
            new Worker(rules, process.playing(Role.WORKER)),
            new Verifier(rules, process.playing(Role.VERIFIER)),
            new Coordinator(rules, process.playing(Role.COORDINATOR)));
    return all.stream().filter(one -> !process.playing(one.role()).isEmpty()).toList();
  }

  private static Gateway gateway(Process process, Signers signers, PolicyCheck check, Rules rules) {
    // Without a gateway agent the intake topic is not read, and this gateway is never asked.
    Agent agent =
        process.playing(Role.GATEWAY).stream()
            .findFirst()
            .orElseGet(() -> new Agent("none", Role.GATEWAY, process.nodeKey()));
    return new Gateway(agent, signers, check, rules);
  }
}
