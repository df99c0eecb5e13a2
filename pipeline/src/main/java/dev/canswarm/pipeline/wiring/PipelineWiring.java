package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.FailureStore;
import dev.canswarm.port.NoFailureStore;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.role.ReactingRoles;
import dev.canswarm.rule.ModuleRules;
import dev.canswarm.stage.AgentKeySource;
import dev.canswarm.stage.ControlFollower;
import dev.canswarm.stage.DeadLetters;
import dev.canswarm.stage.EffectExecutor;
import dev.canswarm.stage.FailureLog;
import dev.canswarm.stage.RecordDecoder;
import dev.canswarm.stage.RetryPolicy;
import dev.canswarm.stage.RowCodec;
import dev.canswarm.stage.Signers;
import dev.canswarm.stage.StageContext;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.SwarmChain;
import dev.canswarm.stage.TaskPermits;
import dev.canswarm.stage.trace.Tracer;
import dev.canswarm.task.TaskRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import reactor.core.scheduler.Scheduler;

/**
 * Wires the roles and stages of one process to its ports. Both the process on real servers and the
 * simulated one are wired here and nowhere else; they differ only in their arguments.
 */
public final class PipelineWiring {
  /**
   * The ports of a process.
   *
   * @param failures the failures that ended attempts, for people
   */
  public record Ports(
      Bus bus,
      SlotStore store,
      DecisionGate gate,
      ArtifactStore artifacts,
      AuditLog audit,
      FailureStore failures) {
    /** The ports of a process that does not store the failures of attempts. */
    public Ports(
        Bus bus, SlotStore store, DecisionGate gate, ArtifactStore artifacts, AuditLog audit) {
      this(bus, store, gate, artifacts, audit, new NoFailureStore());
    }
  }

  /**
   * The clocks and schedulers of a process.
   *
   * @param time measures how long something has taken; timers go by it
   * @param wall the time stamps of what the process signs; may be set at any time
   * @param compute the lanes, decoding and signature checks, with as many workers as cores; never
   *     blocks
   * @param tasks runs task code, which may block
   * @param timer waits; never blocks
   * @param failures receives every failure that is retried, for the log
   * @param meter receives every turn that leaves a stage
   * @param tracer makes traces of NEEDs
   */
  public record Runtime(
      TimeSource time,
      TimeSource wall,
      Scheduler compute,
      Scheduler tasks,
      Scheduler timer,
      FailureLog failures,
      StageMeter meter,
      Tracer tracer) {
    /** The schedulers of a process that has one clock and traces nothing. */
    public Runtime(
        TimeSource time,
        Scheduler compute,
        Scheduler tasks,
        Scheduler timer,
        FailureLog failures,
        StageMeter meter) {
      this(time, time, compute, tasks, timer, failures, meter, Tracer.NONE);
    }
  }

  /**
   * Bounds of a process.
   *
   * @param chain of the chain
   * @param tasksRunningMax tasks and verifications that run at the same time
   * @param retryFirstMillis wait before the first retry after an outage; it doubles with each
   *     further one
   * @param retryMillisMax longest wait between two retries
   * @param deadLetterBytesMax most bytes of a value that the dead-letter topic accepts
   */
  public record Bounds(
      SwarmChain.Bounds chain,
      int tasksRunningMax,
      long retryFirstMillis,
      long retryMillisMax,
      int deadLetterBytesMax) {}

  /**
   * By which rules a process judges.
   *
   * @param genesis keys and policy that are in force before the first entry of the control chain
   * @param modules the modules of policies, as far as they are here
   * @param keys where the private keys of agents come from that were rotated
   */
  public record Judging(TrustState genesis, ModuleRules.Source modules, AgentKeySource keys) {
    /** The rules of a process that adds none, and whose agents have their keys already. */
    public Judging(TrustState genesis) {
      this(genesis, module -> Optional.empty(), AgentKeySource.NONE);
    }
  }

  /**
   * The identity and content of a process.
   *
   * @param name consumer group; the same after a restart, and for all processes with the same
   *     agents
   * @param agents whose roles it plays
   * @param operator signs the CANCELs of this machine's user; empty if there is no such key here
   * @param nodeKey the gateway's key if no agent is a gateway
   */
  public record Process(
      String name,
      List<AgentKey> agents,
      Optional<SigningKey> operator,
      PublicKey nodeKey,
      EnvelopeCodec codec,
      Judging judging,
      TaskRegistry tasks) {
    public Process {
      agents = List.copyOf(agents);
    }

    List<Agent> playing(RoleName role) {
      return agents.stream().filter(agent -> agent.role() == role).map(AgentKey::agent).toList();
    }
  }

  /** Parts that a test replaces or wraps. */
  public interface Changes {
    /** The wiring as it is, with no part replaced. */
    Changes NONE = new Changes() {};

    /** Returns the role to use in place of the given one. */
    default Role role(Role role) {
      return role;
    }

    /** Returns the policy to use in place of the one that applies at a head. */
    default Policy policy(TrustState pinned, Policy policy) {
      return policy;
    }

    /** Returns the check to use for received messages that must be derivable. */
    default DerivedCheck derivedCheck(DerivedCheck check) {
      return check;
    }
  }

  private PipelineWiring() {}

  /** Returns the topics that a process with these agents reads. */
  public static List<String> topics(List<AgentKey> agents, boolean intakeEnabled) {
    List<String> topics = new ArrayList<>(Topics.ofVerbs());
    if (intakeEnabled && agents.stream().anyMatch(agent -> agent.role() == RoleName.GATEWAY)) {
      topics.add(Topics.INTAKE);
    }
    return topics;
  }

  /**
   * The chain of stages of a process, and how it follows the control chain.
   *
   * @param control takes in new entries while the chain runs; reads none before
   * @param signers has the keys of the process, also those that are loaded later
   */
  public record Pipeline(SwarmChain chain, ControlFollower control, Signers signers) {}

  /** Returns the pipeline of one process; nothing runs until its chain is subscribed to. */
  public static Pipeline pipeline(Process process, Ports ports, Runtime runtime, Bounds bounds) {
    return pipeline(process, ports, runtime, bounds, Changes.NONE);
  }

  /**
   * Returns the pipeline of one process.
   *
   * @param changes wraps or replaces parts
   */
  public static Pipeline pipeline(
      Process process, Ports ports, Runtime runtime, Bounds bounds, Changes changes) {
    EnvelopeCodec codec = process.codec();
    TaskRegistry tasks = process.tasks();
    Signers signers =
        new Signers(
            codec,
            runtime.wall(),
            Stream.concat(process.agents().stream().map(AgentKey::key), process.operator().stream())
                .toList());
    RetryPolicy retry =
        new RetryPolicy(
            bounds.retryFirstMillis(),
            bounds.retryMillisMax(),
            runtime.timer(),
            runtime.failures());
    DeadLetters deadLetters = new DeadLetters(process.name(), bounds.deadLetterBytesMax());
    ControlFollower control =
        new ControlFollower(
            process.judging().genesis(),
            new ProcessJudging(process, signers, changes),
            ports.store(),
            ports.audit(),
            codec,
            new ControlFollower.Keys(signers, process.judging().keys()));
    StageContext context =
        new StageContext(
            control,
            played(process),
            new StageContext.Ports(ports.bus(), ports.store(), ports.gate(), ports.audit()),
            new StageContext.Rows(new RowCodec(codec), signers, deadLetters),
            new StageContext.Runtime(
                runtime.time(),
                retry,
                runtime.meter(),
                runtime.tracer(),
                runtime.compute(),
                runtime.timer()));
    EffectExecutor effects =
        new EffectExecutor(
            ports.gate(),
            ports.store(),
            ports.artifacts(),
            tasks,
            () -> control.history().head().policy(),
            runtime.time(),
            runtime.tasks(),
            runtime.timer(),
            ports.failures());
    return new Pipeline(
        new SwarmChain(
            context,
            new RecordDecoder(codec, control),
            effects,
            new TaskPermits(bounds.tasksRunningMax()),
            bounds.chain()),
        control,
        signers);
  }

  private static Set<RoleName> played(Process process) {
    EnumSet<RoleName> played = EnumSet.noneOf(RoleName.class);
    for (AgentKey agent : process.agents()) {
      if (ReactingRoles.reacts(agent.role())) {
        played.add(agent.role());
      }
    }
    return Collections.unmodifiableSet(played);
  }
}
