package dev.canswarm.stage;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.Role;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
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
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A swarm of any number of processes over one set of ports in memory. Everything runs on the
 * scheduler that is handed in, so a test decides about threads and time.
 */
final class MemorySwarm {
  static final int PARTITIONS = 4;
  static final String POLICY =
      """
      {"version":1,"kinds":["ATTEST","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
      "RELEASE","YIELD"],"payload_bytes_max":65536,"plan_tasks_max":16,"parents_max":256,\
      "artifact":{"required_on_commit":true,"bytes_max":65536},"k":2,"k_max":8,"k_plan":%d,\
      "attempts_max":%d,"plan_ms":10000,"lease_ms":30000,"verify_ms":10000,"gate_ms":2000,\
      "deadline_ms":60000,"deadline_ms_max":600000,"gas_per_evaluation":100000}\
      """;

  final SignatureEngine engine = Engines.portable();
  final EnvelopeCodec codec = new EnvelopeCodec("test", engine, EnvelopeLimits.DEFAULT);
  final MemoryBroker broker = new MemoryBroker("memory", PARTITIONS);
  final MemoryDecisionGate gate = new MemoryDecisionGate();
  final MemoryArtifactStore artifacts = new MemoryArtifactStore(1 << 20);
  final TreeMap<String, SigningKey> keys = new TreeMap<>();
  final TreeMap<String, Agent> agents = new TreeMap<>();
  final TrustRegistry trust;
  final Policy policy;
  final Scheduler scheduler;
  final TimeSource time;

  /** How far the processes' clock, and the store's, are from the scheduler's. */
  final AtomicLong skewMillis = new AtomicLong();

  final AtomicLong storeSkewMillis = new AtomicLong();
  final SlotStore store;

  /** What was tried again. */
  final List<Throwable> failures = new CopyOnWriteArrayList<>();

  MemorySwarm(Scheduler scheduler) {
    this(scheduler, 0, 1);
  }

  MemorySwarm(Scheduler scheduler, int kPlan, int attemptsMax) {
    this(scheduler, POLICY.formatted(kPlan, attemptsMax));
  }

  MemorySwarm(Scheduler scheduler, String policyJson) {
    this.scheduler = scheduler;
    this.time =
        () ->
            (scheduler.now(java.util.concurrent.TimeUnit.MILLISECONDS) + skewMillis.get())
                    * 1_000_000L
                + 1;
    this.store =
        new MemorySlotStore(
            () ->
                scheduler.now(java.util.concurrent.TimeUnit.MILLISECONDS) + storeSkewMillis.get());
    this.policy = Policy.parse(policyJson.getBytes(StandardCharsets.UTF_8));
    agent("planner", Role.PLANNER);
    agent("decider", Role.DECIDER);
    agent("worker", Role.WORKER);
    agent("worker-2", Role.WORKER);
    for (int i = 1; i <= 4; i++) {
      agent("verifier-" + i, Role.VERIFIER);
    }
    agent("coordinator", Role.COORDINATOR);
    agent("gateway", Role.GATEWAY);
    agent("client", Role.CLIENT);
    TreeMap<PublicKey, Set<Role>> roles = new TreeMap<>();
    agents.values().forEach(agent -> roles.put(agent.key(), EnumSet.of(agent.role())));
    this.trust = TrustRegistry.of(roles);
  }

  private void agent(String name, Role role) {
    SigningKey key =
        engine.signingKey(Sha256.hash(("key of " + name).getBytes(StandardCharsets.UTF_8)));
    keys.put(name, key);
    agents.put(name, new Agent(name, role, key.publicKey()));
  }

  /** The ports of one process. */
  record Ports(
      Bus bus, SlotStore store, DecisionGate gate, ArtifactStore artifacts, AuditLog audit) {}

  /** One process with some of the agents. */
  final class Process {
    final SwarmPipeline pipeline;
    final MemoryBus bus;

    Process(String name, List<Role> roles, List<? extends TaskHandler> handlers, AuditLog audit) {
      this(name, roles, handlers, audit, ports -> ports);
    }

    /**
     * @param around puts something between the process and its ports
     */
    Process(
        String name,
        List<Role> roles,
        List<? extends TaskHandler> handlers,
        AuditLog auditLog,
        UnaryOperator<Ports> around) {
      TaskRegistry tasks = TaskRegistry.of(handlers);
      Rules rules = new Rules(policy, trust, new TreeSet<>(tasks.types()));
      List<String> topics = new ArrayList<>(Topics.ofVerbs());
      if (roles.contains(Role.GATEWAY)) {
        topics.add(Topics.INTAKE);
      }
      bus = new MemoryBus(broker, name, topics, 64);
      Ports ports =
          around.apply(
              new Ports(bus, MemorySwarm.this.store, MemorySwarm.this.gate, artifacts, auditLog));
      Signers signers =
          new Signers(
              codec,
              time,
              agents.values().stream()
                  .filter(agent -> roles.contains(agent.role()))
                  .map(agent -> keys.get(agent.name()))
                  .toList());
      PolicyCheck check = new PolicyCheck(policy, trust);
      RetryPolicy retry = new RetryPolicy(100, 1000, scheduler, failures::add);
      StageContext context =
          new StageContext(
              rules,
              check,
              VerbRegistry.of(participants(roles, rules)),
              signers,
              new RowCodec(codec),
              ports.bus(),
              ports.store(),
              ports.gate(),
              ports.audit(),
              time,
              retry,
              1000);
      EffectRunner effects =
          new EffectRunner(
              ports.gate(),
              ports.store(),
              ports.artifacts(),
              tasks,
              policy,
              time,
              scheduler,
              scheduler);
      DeadLetters deadLetters = new DeadLetters(ports.bus(), ports.store(), ports.audit(), name);
      NeedProcessor processor =
          new NeedProcessor(context, effects, new TaskPermits(4), deadLetters);
      Gateway gateway = new Gateway(only("gateway"), signers, check, rules);
      Inbound inbound = new Inbound(codec, check, rules, gateway);
      pipeline =
          new SwarmPipeline(
              context,
              inbound,
              processor,
              deadLetters,
              new SwarmPipeline.Bounds(2, 16, 500, 100),
              scheduler,
              scheduler);
    }

    Flux<Delivery> run() {
      return pipeline.run();
    }
  }

  private List<Participant> participants(List<Role> roles, Rules rules) {
    List<Participant> all =
        List.of(
            new Planner(rules, of(Role.PLANNER)),
            new Decider(rules, of(Role.DECIDER), DecisionRule.FIRST),
            new Worker(rules, of(Role.WORKER)),
            new Verifier(rules, of(Role.VERIFIER)),
            new Coordinator(rules, of(Role.COORDINATOR)));
    return all.stream().filter(one -> roles.contains(one.role())).toList();
  }

  List<Agent> of(Role role) {
    return agents.values().stream().filter(agent -> agent.role() == role).toList();
  }

  Agent only(String name) {
    Agent agent = agents.get(name);
    if (agent == null) {
      throw new IllegalArgumentException(name);
    }
    return agent;
  }

  static List<TaskHandler> builtIn() {
    return BuiltInTasks.all();
  }

  static final List<Role> ALL_ROLES = List.of(Role.values());

  Process process(String name) {
    return new Process(name, ALL_ROLES, builtIn(), event -> Mono.empty());
  }

  Process process(String name, List<Role> roles) {
    return new Process(name, roles, builtIn(), event -> Mono.empty());
  }

  void intake(@Nullable String thread, String json) {
    bus()
        .send(
            new OutgoingRecord(
                Topics.INTAKE,
                thread == null ? null : thread.getBytes(StandardCharsets.UTF_8),
                json.getBytes(StandardCharsets.UTF_8),
                new TreeMap<>()))
        .subscribe();
  }

  void publish(Envelope envelope) {
    bus()
        .send(
            new OutgoingRecord(
                envelope.kind().topic(),
                envelope.threadId().getBytes(StandardCharsets.UTF_8),
                envelope.bytes(),
                new TreeMap<>()))
        .subscribe();
  }

  MemoryBus bus() {
    return new MemoryBus(broker, "outside", List.of(), 1);
  }

  /** Envelopes on a topic so far. */
  List<Envelope> on(String topic) {
    return broker.records(topic).stream()
        .map(record -> codec.decodeAndVerify(java.util.Objects.requireNonNull(record.value())))
        .toList();
  }

  /** Headers of the dead letters so far. */
  List<Map<String, String>> deadLetters() {
    return broker.records(Topics.DEAD_LETTERS).stream()
        .<Map<String, String>>map(MemoryBroker.Stored::headers)
        .toList();
  }
}
