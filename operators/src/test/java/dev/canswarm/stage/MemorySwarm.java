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
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.NoFailureStore;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.DeadLetterHeaders;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.DecisionRule;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.role.Coordinator;
import dev.canswarm.protocol.role.Decider;
import dev.canswarm.protocol.role.Planner;
import dev.canswarm.protocol.role.Verifier;
import dev.canswarm.protocol.role.Worker;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.stage.trace.Tracer;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
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
{"version":1,"kinds":["ATTEST","CANCEL","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
"RELEASE","YIELD"],"payload_bytes_max":65536,"plan_tasks_max":16,"parents_max":256,\
"artifact":{"required_on_commit":true,"bytes_max":65536},"k":2,"k_max":8,"k_plan":%d,\
"attempts_max":%d,"plan_ms":10000,"lease_ms":30000,"verify_ms":10000,"gate_ms":2000,\
"deadline_ms":60000,"deadline_ms_max":600000,"gas_per_evaluation":100000}\
""";

  final SignatureEngine engine = Engines.fastest().engine();
  final EnvelopeCodec codec = new EnvelopeCodec("test", engine, EnvelopeLimits.DEFAULT);
  final MemoryBroker broker = new MemoryBroker("memory", PARTITIONS);
  final MemoryDecisionGate gate = new MemoryDecisionGate();
  final MemoryArtifactStore artifacts = new MemoryArtifactStore(1 << 20);
  final TreeMap<String, SigningKey> keys = new TreeMap<>();
  final TreeMap<String, Agent> agents = new TreeMap<>();
  final TrustRegistry trust;
  final Policy policy;
  final Scheduler scheduler;

  /** The clock of a process made from now on. */
  TimeSource time;

  /** How far the processes' clock, and the store's, are from the scheduler's. */
  final AtomicLong skewMillis = new AtomicLong();

  final AtomicLong storeSkewMillis = new AtomicLong();
  final SlotStore store;

  /** NEEDs that a process made from now on has open at once. */
  int needsOpenMax = 64;

  /** What the policy adds to the built-in rules of a process made from now on. */
  OwnRules own = OwnRules.NONE;

  /** Tasks and verifications that a process made from now on runs at once. */
  int tasksRunningMax = 4;

  /** Sees the events of every process that is made from now on. */
  StageMeter meter = StageMeter.NONE;

  Tracer tracer = Tracer.NONE;

  /** What was tried again. */
  final List<Throwable> failures = new CopyOnWriteArrayList<>();

  /** The NEEDs that failures concerned, without those that concerned none or several. */
  final List<FailureLog.About> failuresAbout = new CopyOnWriteArrayList<>();

  MemorySwarm(Scheduler scheduler) {
    this(scheduler, 0, 1);
  }

  MemorySwarm(Scheduler scheduler, int kPlan, int attemptsMax) {
    this(scheduler, POLICY.formatted(kPlan, attemptsMax));
  }

  MemorySwarm(Scheduler scheduler, String policyJson) {
    this.scheduler = scheduler;
    this.time = () -> (scheduler.now(TimeUnit.MILLISECONDS) + skewMillis.get()) * 1_000_000L + 1;
    this.store =
        new MemorySlotStore(() -> scheduler.now(TimeUnit.MILLISECONDS) + storeSkewMillis.get());
    this.policy = Policy.parse(policyJson.getBytes(StandardCharsets.UTF_8));
    agent("planner", RoleName.PLANNER);
    agent("decider", RoleName.DECIDER);
    agent("worker", RoleName.WORKER);
    agent("worker-2", RoleName.WORKER);
    for (int i = 1; i <= 4; i++) {
      agent("verifier-" + i, RoleName.VERIFIER);
    }
    agent("coordinator", RoleName.COORDINATOR);
    agent("gateway", RoleName.GATEWAY);
    agent("client", RoleName.CLIENT);
    agent("stranger", RoleName.CLIENT);
    agent("operator", RoleName.OPERATOR);
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    agents.values().forEach(agent -> roles.put(agent.key(), EnumSet.of(agent.role())));
    this.trust = TrustRegistry.of(roles);
  }

  private void agent(String name, RoleName role) {
    SigningKey key =
        engine.signingKey(Sha256.hash(("key of " + name).getBytes(StandardCharsets.UTF_8)));
    keys.put(name, key);
    agents.put(name, new Agent(name, role, key.publicKey()));
  }

  /** The ports of one process. */
  record Ports(
      Bus bus, SlotStore store, DecisionGate gate, ArtifactStore artifacts, AuditLog audit) {
    Ports withBus(Bus other) {
      return new Ports(other, store, gate, artifacts, audit);
    }

    Ports withStore(SlotStore other) {
      return new Ports(bus, other, gate, artifacts, audit);
    }

    Ports withGate(DecisionGate other) {
      return new Ports(bus, store, other, artifacts, audit);
    }

    Ports withArtifacts(ArtifactStore other) {
      return new Ports(bus, store, gate, other, audit);
    }
  }

  /** One process with some of the agents. */
  final class Process {
    final SwarmChain chain;
    final StageContext context;
    final MemoryBus bus;

    Process(
        String name, List<RoleName> roles, List<? extends TaskHandler> handlers, AuditLog audit) {
      this(name, roles, handlers, audit, ports -> ports);
    }

    /**
     * @param around puts something between the process and its ports
     */
    Process(
        String name,
        List<RoleName> roles,
        List<? extends TaskHandler> handlers,
        AuditLog auditLog,
        UnaryOperator<Ports> around) {
      TaskRegistry tasks = TaskRegistry.of(handlers);
      Rules rules = new Rules(policy, trust, new TreeSet<>(tasks.types()), own);
      List<String> topics = new ArrayList<>(Topics.ofVerbs());
      if (roles.contains(RoleName.GATEWAY)) {
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
      RetryPolicy retry = new RetryPolicy(100, 1000, scheduler, MemorySwarm.this::failed);
      DeadLetters deadLetters = new DeadLetters(name);
      context =
          new StageContext(
              new StageContext.Duties(
                  rules,
                  check,
                  DerivedCheck.by(rules),
                  Roles.of(roles(roles, rules, signers::isAvailable)),
                  roles.contains(RoleName.GATEWAY)),
              new StageContext.Ports(ports.bus(), ports.store(), ports.gate(), ports.audit()),
              new StageContext.Rows(new RowCodec(codec), signers, deadLetters),
              new StageContext.Runtime(time, retry, meter, tracer, scheduler, scheduler));
      EffectExecutor effects =
          new EffectExecutor(
              ports.gate(),
              ports.store(),
              ports.artifacts(),
              tasks,
              () -> policy,
              time,
              scheduler,
              scheduler,
              new NoFailureStore());
      Admission admission =
          new Admission(check, rules, roles.containsAll(List.of(RoleName.values())));
      Gateway gateway = new Gateway(only("gateway"), signers, admission);
      chain =
          new SwarmChain(
              context,
              new RecordDecoder(codec, admission, gateway),
              effects,
              new TaskPermits(tasksRunningMax),
              new SwarmChain.Bounds(
                  new LaneBounds(PARTITIONS, 2, 100, 1 << 20), 2, needsOpenMax, 500, 100));
    }

    Mono<Void> run() {
      return chain.run();
    }
  }

  private List<Role> roles(List<RoleName> roles, Rules rules, Predicate<Agent> canSign) {
    List<Role> all =
        List.of(
            new Planner(rules, of(RoleName.PLANNER)),
            new Decider(rules, of(RoleName.DECIDER), DecisionRule.FIRST),
            new Worker(rules, of(RoleName.WORKER), canSign),
            new Verifier(rules, of(RoleName.VERIFIER)),
            new Coordinator(rules, of(RoleName.COORDINATOR)));
    return all.stream().filter(one -> roles.contains(one.name())).toList();
  }

  List<Agent> of(RoleName role) {
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

  static final List<RoleName> ALL_ROLES = List.of(RoleName.values());

  Process process(String name) {
    return new Process(name, ALL_ROLES, builtIn(), event -> Mono.empty());
  }

  Process process(String name, List<RoleName> roles) {
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
                envelope.verb().topic(),
                envelope.threadId().text().getBytes(StandardCharsets.UTF_8),
                envelope.bytes(),
                new TreeMap<>()))
        .subscribe();
  }

  /** The timers of all NEEDs that are not over, earliest first; at most 100. */
  List<OpenNeed> openNeeds() {
    return store
        .due(List.of(0, 1, 2, 3), Long.MAX_VALUE, 100)
        .collectList()
        .blockOptional()
        .orElseThrow();
  }

  MemoryBus bus() {
    return new MemoryBus(broker, "outside", List.of(), 1);
  }

  /** Envelopes on a topic so far. */
  List<Envelope> on(String topic) {
    return broker.records(topic).stream()
        .map(record -> codec.decodeAndVerify(Objects.requireNonNull(record.value())))
        .toList();
  }

  /** Headers of the dead letters so far. */
  List<Map<String, String>> deadLetters() {
    return DeadLetterHeaders.of(broker);
  }

  private void failed(Throwable failure, FailureLog.@Nullable About about) {
    failures.add(failure);
    if (about != null) {
      failuresAbout.add(about);
    }
  }
}
