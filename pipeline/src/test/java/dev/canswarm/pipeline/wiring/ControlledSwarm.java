package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.DeadLetterHeaders;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryAuditLog;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.rule.ModuleRules;
import dev.canswarm.stage.AgentKeySource;
import dev.canswarm.stage.LaneBounds;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.SwarmChain;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Processes with a control chain, over ports in memory and virtual time. */
final class ControlledSwarm implements AutoCloseable {
  static final String POLICY =
      """
      {"version":1,"kinds":["ATTEST","CANCEL","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
      "RELEASE","YIELD"],"payload_bytes_max":65536,"plan_tasks_max":16,"parents_max":256,\
      "artifact":{"required_on_commit":true,"bytes_max":65536},"k":2,"k_max":8,"k_plan":0,\
      "attempts_max":2,"plan_ms":10000,"lease_ms":30000,"verify_ms":10000,"gate_ms":2000,\
      "deadline_ms":600000,"deadline_ms_max":600000,"gas_per_evaluation":100000}\
      """;

  static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  private static final int PARTITIONS = 4;
  private static final SwarmChain.Bounds CHAIN =
      new SwarmChain.Bounds(new LaneBounds(PARTITIONS, 2, 100, 1 << 20), 2, 64, 500, 100);

  final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  final TimeSource clock = () -> time.now(TimeUnit.MILLISECONDS) * 1_000_000L + 1;
  final SignatureEngine engine = Engines.portable();
  final EnvelopeCodec codec = new EnvelopeCodec("test", engine, EnvelopeLimits.DEFAULT);
  final MemoryBroker broker = new MemoryBroker("memory", PARTITIONS);
  final MemorySlotStore store = new MemorySlotStore(() -> time.now(TimeUnit.MILLISECONDS));
  final MemoryArtifactStore artifacts = new MemoryArtifactStore(1 << 20);
  final MemoryDecisionGate gate = new MemoryDecisionGate();
  final List<Throwable> failures = new ArrayList<>();

  /** One of each process, in the order in which they were started. */
  final List<MemoryAuditLog> audits = new ArrayList<>();

  final TrustState genesis;

  /** The modules that processes have which are started from now on. */
  ModuleRules.Source modules = module -> Optional.empty();

  /** The files of processes that are started from now on. */
  TrustState files;

  /** The state after all entries that {@link #change} made. */
  TrustState head;

  private final Map<String, SigningKey> keys = new TreeMap<>();
  private final Disposable.Composite running = Disposables.composite();

  ControlledSwarm() {
    List<ControlKey> listed = new ArrayList<>();
    for (String name :
        List.of(
            "planner-1",
            "decider-1",
            "worker-1",
            "worker-2",
            "verifier-1",
            "verifier-2",
            "verifier-3",
            "verifier-4",
            "coordinator-1",
            "gateway-1",
            "client-1",
            "operator-1",
            "admin-1")) {
      listed.add(ControlKey.ofTrustFile(name, key(name).publicKey(), EnumSet.of(role(name))));
    }
    genesis =
        TrustState.genesis(
            "test", listed, 1, Policy.parse(POLICY.getBytes(StandardCharsets.UTF_8)));
    head = genesis;
    files = genesis;
  }

  private static RoleName role(String name) {
    return RoleName.ofLabel(name.substring(0, name.indexOf('-'))).orElseThrow();
  }

  /** The key with a name; another version of an agent's has a dot and a number after its name. */
  SigningKey key(String name) {
    return keys.computeIfAbsent(
        name,
        fresh ->
            engine.signingKey(Sha256.hash(("key of " + name).getBytes(StandardCharsets.UTF_8))));
  }

  PublicKey publicKey(String name) {
    return key(name).publicKey();
  }

  /** Starts a process that has these agents, and can load every key of theirs. */
  PipelineWiring.Pipeline start(String group, String... agents) {
    return start(group, time, same -> same, agents);
  }

  /**
   * @param tasks runs task code
   * @param around puts something between the process and the store
   */
  PipelineWiring.Pipeline start(
      String group, Scheduler tasks, UnaryOperator<SlotStore> around, String... agents) {
    List<AgentKey> played =
        Arrays.stream(agents).map(name -> new AgentKey(name, role(name), key(name))).toList();
    AgentKeySource source =
        (name, wanted) ->
            Mono.justOrEmpty(
                keys.values().stream().filter(one -> one.publicKey().equals(wanted)).findFirst());
    List<String> topics = PipelineWiring.topics(played, true);
    PipelineWiring.Pipeline pipeline =
        PipelineWiring.pipeline(
            new PipelineWiring.Process(
                group,
                played,
                Optional.of(key("operator-1")),
                played.get(0).key().publicKey(),
                codec,
                new PipelineWiring.Judging(files, modules, source),
                TaskRegistry.of(BuiltInTasks.all())),
            new PipelineWiring.Ports(
                new MemoryBus(broker, group, topics, 64),
                around.apply(store),
                gate,
                artifacts,
                audit()),
            new PipelineWiring.Runtime(
                clock,
                time,
                tasks,
                time,
                (failure, about) -> failures.add(failure),
                StageMeter.NONE),
            new PipelineWiring.Bounds(CHAIN, 4, 100, 1_000, 1 << 20));
    running.add(pipeline.chain().run().subscribe(done -> {}, failures::add));
    return pipeline;
  }

  private MemoryAuditLog audit() {
    MemoryAuditLog audit = new MemoryAuditLog(new LamportClock(0), clock);
    audits.add(audit);
    return audit;
  }

  /** All agents but the administrator and the client. */
  static String[] everybody() {
    return new String[] {
      "planner-1",
      "decider-1",
      "worker-1",
      "worker-2",
      "verifier-1",
      "verifier-2",
      "verifier-3",
      "verifier-4",
      "coordinator-1",
      "gateway-1"
    };
  }

  void pass(Duration duration) {
    time.advanceTimeBy(duration);
  }

  /** Puts a NEED in. */
  void intake(String thread) {
    intake(thread, WORDS);
  }

  /** Puts this NEED in. */
  void intake(String thread, String need) {
    send(Topics.INTAKE, thread, need.getBytes(StandardCharsets.UTF_8));
  }

  /** A NEED that the client signed itself. */
  Envelope need(String thread, String policyHash) {
    return codec.sign(
        Draft.need(
            new ThreadId(thread),
            thread + ":1",
            policyHash,
            StrictJson.parseObject(WORDS.getBytes(StandardCharsets.UTF_8))),
        key("client-1"),
        clock.epochNanos());
  }

  void send(String topic, String thread, byte[] value) {
    broker.publish(
        new OutgoingRecord(topic, thread.getBytes(StandardCharsets.UTF_8), value, new TreeMap<>()));
  }

  /** Sends the next entry of the chain, and lets the head follow. */
  Envelope change(ControlChange change) {
    Envelope entry = entry(head, change);
    head = ControlChain.apply(head, entry, Control.parse(entry.payload()), engine);
    send(Verb.CONTROL.topic(), Control.THREAD.text(), entry.bytes());
    return entry;
  }

  /** The entry after a head, by the administrator. */
  Envelope entry(TrustState after, ControlChange change) {
    Control control = new Control(after.number() + 1, after.genesis(), change, List.of(), null);
    return codec.sign(
        Draft.builder(Verb.CONTROL, Control.THREAD)
            .lamport(control.number())
            .parents(after.headId().text().isEmpty() ? List.of() : List.of(after.headId()))
            .policyHash(after.policy().hash())
            .payload(control.toJson())
            .build(),
        key("admin-1"),
        clock.epochNanos());
  }

  /** Envelopes of a verb so far, each once. */
  List<Envelope> on(Verb verb) {
    return broker.records(verb.topic()).stream()
        .map(record -> codec.decodeAndVerify(Objects.requireNonNull(record.value())))
        .filter(envelope -> envelope.verb() == verb)
        .distinct()
        .toList();
  }

  /** Those of a verb in one thread. */
  List<Envelope> on(Verb verb, ThreadId thread) {
    return on(verb).stream().filter(envelope -> envelope.threadId().equals(thread)).toList();
  }

  /** Headers of the dead letters so far. */
  List<Map<String, String>> deadLetters() {
    return DeadLetterHeaders.of(broker);
  }

  @Override
  public void close() {
    running.dispose();
    time.dispose();
  }
}
