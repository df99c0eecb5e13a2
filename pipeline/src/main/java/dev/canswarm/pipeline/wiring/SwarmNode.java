package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCache;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.pipeline.files.AuditLimits;
import dev.canswarm.pipeline.files.FileAuditLog;
import dev.canswarm.pipeline.health.Health;
import dev.canswarm.pipeline.http.ApiRoutes;
import dev.canswarm.pipeline.http.Routes;
import dev.canswarm.pipeline.kafka.BusSettings;
import dev.canswarm.pipeline.kafka.KafkaBus;
import dev.canswarm.pipeline.kafka.KafkaProbe;
import dev.canswarm.pipeline.kafka.KafkaTopics;
import dev.canswarm.pipeline.postgres.Migrations;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.pipeline.redis.RedisClientSettings;
import dev.canswarm.pipeline.redis.RedisDecisionGate;
import dev.canswarm.pipeline.telemetry.EnvelopeCacheMeters;
import dev.canswarm.pipeline.telemetry.JmxMeters;
import dev.canswarm.pipeline.telemetry.MeteredBus;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AlignedStore;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.RetryableException;
import dev.canswarm.stage.ControlFollower;
import dev.canswarm.stage.LaneBounds;
import dev.canswarm.stage.SwarmChain;
import dev.canswarm.task.TaskRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A running process of the swarm. Starting and stopping block and belong on the main thread;
 * nothing in between blocks.
 */
public final class SwarmNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmNode.class);
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Lanes of turns: one computes while another waits for its commit (ADR 42). */
  private static final int LANES = Math.max(2, CORES);

  /** Least number of NEEDs cached of each partition, for any number of partitions. */
  private static final int PARTITION_NEEDS_MIN = 64;

  /** Most bytes of NEEDs cached of all partitions together: a quarter of the heap. */
  private static final long NEEDS_BYTES_MAX = Runtime.getRuntime().maxMemory() / 4;

  private static final int SWEEP_NEEDS_MAX = 1000;
  private static final int REDIS_QUEUE_MAX = 16_384;
  private static final int AUDIT_WAITING_MAX = 65_536;
  private static final int AUDIT_BATCH_RECORDS_MAX = 512;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration START_PAUSE = Duration.ofMillis(200);
  private static final long DRAIN_POLL_MILLIS = 20;

  private final NodeSchedulers schedulers;
  private final Artifacts artifacts;
  private final FileAuditLog audit;
  private final PostgresSlotStore store;
  private final RedisDecisionGate gate;
  private final KafkaBus bus;
  private final SwarmChain pipeline;
  private final Disposable running;
  private final NodeMeters meters;
  private final NodeTraces traces;
  private final NodeNeeds needs;
  private final NodeReadModel readModel;
  private final KafkaProbe probe;
  private final Health health;
  private final Duration drainTimeout;
  private volatile @Nullable Throwable failure;

  private SwarmNode(
      NodeSchedulers schedulers,
      Artifacts artifacts,
      FileAuditLog audit,
      PostgresSlotStore store,
      RedisDecisionGate gate,
      KafkaBus bus,
      SwarmChain pipeline,
      NodeMeters meters,
      NodeTraces traces,
      NodeNeeds needs,
      NodeReadModel readModel,
      KafkaProbe probe,
      Duration drainTimeout) {
    this.schedulers = schedulers;
    this.artifacts = artifacts;
    this.audit = audit;
    this.store = store;
    this.gate = gate;
    this.bus = bus;
    this.pipeline = pipeline;
    this.meters = meters;
    this.traces = traces;
    this.needs = needs;
    this.readModel = readModel;
    this.probe = probe;
    this.health =
        NodeHealth.of(
            store,
            gate,
            bus,
            probe,
            meters.lanes(),
            pipeline,
            schedulers.taskThreads(),
            this::failure,
            schedulers.timer());
    this.drainTimeout = drainTimeout;
    this.running =
        pipeline
            .run()
            .subscribe(
                done -> {},
                error -> {
                  LOG.error("the pipeline stopped", error);
                  failure = error;
                });
  }

  /**
   * Starts a process: migrations or a check of them, topics, the audit log, then the pipeline.
   *
   * @throws RuntimeException when a server cannot be reached in time, a topic has another number of
   *     partitions, or the audit log is damaged; the message says which
   */
  public static SwarmNode start(NodeSpec spec) {
    SwarmSettings settings = spec.settings();
    NodeSchedulers schedulers =
        NodeSchedulers.create(settings.tasks().runningMax(), signingBlocks(spec));
    TimeSource wall = TimeSource.system();
    // A change of the machine's clock must not end a lease or a NEED.
    TimeSource time = TimeSource.steady(wall, System::nanoTime);
    SignatureEngine engine = spec.engine();
    EnvelopeCache verified =
        new EnvelopeCache(
            settings.envelopeCache().entriesMax(), settings.envelopeCache().bytesMax());
    EnvelopeCodec codec =
        new EnvelopeCodec(settings.swarmId(), engine, EnvelopeLimits.DEFAULT, verified);
    NodeMeters meters = new NodeMeters(verified, LANES, time, schedulers.taskThreads());
    Policy policy = Policy.parse(spec.shared().policy());
    TaskRegistry tasks = ConfiguredTasks.registry(settings.tasks(), spec.tasks(), meters::task);

    PostgresPoolSettings postgres = postgres(spec, spec.servers().postgres());
    spec.servers()
        .postgresOwner()
        .map(owner -> postgres(spec, owner))
        .ifPresentOrElse(
            owner -> Migrations.migrate(owner, postgres.address().user()),
            () -> Migrations.check(postgres));
    PostgresSlotStore store = new PostgresSlotStore(postgres);
    RedisDecisionGate gate =
        new RedisDecisionGate(
            new RedisClientSettings(
                spec.servers().redisUri(), settings.redis().timeoutMillis(), REDIS_QUEUE_MAX));
    GateLogin.check(gate, spec.servers().redisUri(), START_TIMEOUT);
    Artifacts artifacts = Artifacts.open(spec.shared().artifacts(), settings, schedulers.files());
    FileAuditLog audit =
        FileAuditLog.open(
            spec.audit().directory(),
            spec.audit().key(),
            engine,
            new LamportClock(0),
            wall,
            schedulers.audit(),
            new AuditLimits(
                settings.auditSegmentBytesMax(), AUDIT_BATCH_RECORDS_MAX, AUDIT_WAITING_MAX));
    AuditLog audited = meters.audit(audit);
    BusSettings kafka = NodeBusSettings.of(spec);
    KafkaBus bus =
        KafkaTopics.ensure(kafka, schedulers.files())
            .map(cluster -> new KafkaBus(kafka, cluster, schedulers.files()))
            .blockOptional(START_TIMEOUT)
            .orElseThrow();
    archive(store, policy, spec);

    MeteredBus metered =
        meters.bus(bus, PipelineWiring.topics(spec.agents(), settings.intakeEnabled()));
    NodeTraces traces = NodeTraces.of(spec, kafka, wall).metered(meters);
    PipelineWiring.Process process =
        new PipelineWiring.Process(
            kafka.groupId(),
            spec.agents(),
            spec.operator(),
            spec.audit().key().publicKey(),
            codec,
            new PipelineWiring.Judging(
                spec.shared().trust(),
                spec.shared().modules(),
                (name, key) -> rotated(spec, name, key).subscribeOn(schedulers.files())),
            tasks);
    PipelineWiring.Pipeline wired =
        PipelineWiring.pipeline(
            process,
            new PipelineWiring.Ports(
                metered,
                new AlignedStore(meters.store(store), time),
                meters.gate(gate),
                artifacts.store(),
                audited,
                new ReportedFailures(store.failures(), audited, names(spec), schedulers.timer())),
            new PipelineWiring.Runtime(
                time,
                wall,
                schedulers.compute(),
                schedulers.tasks(),
                schedulers.timer(),
                new LoggedFailures(),
                meters.lanes(),
                traces.tracer()),
            bounds(settings));
    SwarmChain pipeline = wired.chain();
    follow(wired.control());
    Map<String, String> names = names(spec);
    NodeReadModel readModel =
        new NodeReadModel(
            postgres,
            () -> AgentDocument.of(wired.control().history().head(), names),
            settings.http().enabled(),
            schedulers.compute(),
            schedulers.timer());
    meters.chain(pipeline, tasks.types(), metered, readModel.openNeeds());
    NodeNeeds needs =
        new NodeNeeds(
            settings.intakeEnabled() && !process.playing(RoleName.GATEWAY).isEmpty()
                ? Optional.of(wired.control()::gateway)
                : Optional.empty(),
            new NeedCanceller(() -> wired.control().history().head(), wired.signers()),
            codec,
            new StoredCheck(codec, () -> wired.control().history()),
            store,
            metered,
            traces.tracer(),
            // The same bound as the intake's, so that NEEDs that were begun can end.
            () -> pipeline.needsOpen() >= settings.needsOpenMax() / 2,
            () -> wired.control().history().head().policy().payloadBytesMax(),
            new SecureRandom(),
            schedulers.compute(),
            schedulers.timer());
    return new SwarmNode(
        schedulers,
        artifacts,
        audit,
        store,
        gate,
        bus,
        pipeline,
        meters,
        traces,
        needs,
        readModel,
        new KafkaProbe(kafka, schedulers.files()),
        Duration.ofMillis(settings.shutdownTimeoutMillis()));
  }

  /** Whether a key that signs on the computing threads is kept elsewhere. */
  private static boolean signingBlocks(NodeSpec spec) {
    return spec.agents().stream().anyMatch(agent -> agent.key().mayBlock())
        || spec.operator().filter(SigningKey::mayBlock).isPresent();
  }

  private static Map<String, String> names(NodeSpec spec) {
    Map<String, String> names = new TreeMap<>();
    spec.agents().forEach(agent -> names.put(agent.key().publicKey().base64(), agent.name()));
    return names;
  }

  private static PipelineWiring.Bounds bounds(SwarmSettings settings) {
    return new PipelineWiring.Bounds(
        new SwarmChain.Bounds(
            new LaneBounds(
                settings.kafka().partitions(),
                LANES,
                Math.max(
                    PARTITION_NEEDS_MIN, settings.needsCachedMax() / settings.kafka().partitions()),
                NEEDS_BYTES_MAX / settings.kafka().partitions()),
            CORES,
            settings.needsOpenMax(),
            settings.sweepIntervalMillis(),
            SWEEP_NEEDS_MAX),
        settings.tasks().runningMax(),
        settings.retry().firstMillis(),
        settings.retry().maxMillis(),
        settings.kafka().recordBytesMax());
  }

  private static void archive(PostgresSlotStore store, Policy policy, NodeSpec spec) {
    Mono.when(
            store.archive(policy.hash(), "policy", spec.shared().policy()),
            store.archive(
                spec.shared().trust().registry().hash(),
                "trust",
                CanonicalJson.write(spec.shared().trust().document())),
            Flux.fromIterable(policy.rules())
                .concatMap(
                    module ->
                        store.archive(
                            module.sha256(),
                            "module",
                            spec.shared().modules().bytes(module).orElseThrow()))
                .then())
        .retryWhen(
            Retry.fixedDelay(Long.MAX_VALUE, START_PAUSE)
                .filter(failure -> failure instanceof RetryableException))
        .block(START_TIMEOUT);
  }

  private static Mono<SigningKey> rotated(NodeSpec spec, String name, PublicKey key) {
    return Mono.fromCallable(() -> spec.rotated().find(name, key))
        .flatMap(Mono::justOrEmpty)
        .onErrorResume(
            unusable -> {
              LOG.warn("{} cannot use its key {}: {}", name, key, unusable.toString());
              return Mono.empty();
            });
  }

  /** Reads the control chain, so that nothing is judged by an older head; waits for an outage. */
  private static void follow(ControlFollower control) {
    control
        .refresh()
        .retryWhen(
            Retry.fixedDelay(Long.MAX_VALUE, START_PAUSE)
                .filter(failure -> failure instanceof RetryableException))
        .block(START_TIMEOUT);
  }

  private static PostgresPoolSettings postgres(NodeSpec spec, PostgresEndpoint at) {
    var bounds = spec.settings().postgres();
    return new PostgresPoolSettings(
        PostgresAddresses.of(at), bounds.connectionsMax(), bounds.statementTimeoutMillis());
  }

  /** Waits until partitions are assigned, so that records sent from now on are received at once. */
  public void awaitReady() {
    poll(START_TIMEOUT)
        .filter(tick -> !bus.assignedPartitions().isEmpty())
        .next()
        .switchIfEmpty(
            Mono.error(
                () ->
                    new IllegalStateException(
                        "Kafka assigned no partition within " + START_TIMEOUT)))
        .block(START_TIMEOUT.plusSeconds(1));
  }

  private Flux<Long> poll(Duration timeout) {
    return Flux.interval(Duration.ZERO, Duration.ofMillis(DRAIN_POLL_MILLIS), schedulers.timer())
        .onBackpressureDrop()
        .take(timeout);
  }

  /**
   * Returns the error that ended the pipeline, if any. An outage is retried and does not end it; a
   * refusal by a server that no retry can change does.
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Shows the meters of this process by JMX until the result is closed. They can be read after the
   * process has stopped.
   *
   * @throws JMException if this JVM's MBean server refuses the bean
   */
  public JmxMeters showMeters() throws JMException {
    return JmxMeters.register(meters.registry());
  }

  /**
   * Returns the share of received envelopes that the cache held, 0 to 1; empty if there were none.
   */
  public OptionalDouble envelopeCacheHitRate() {
    return EnvelopeCacheMeters.hitRate(meters.registry());
  }

  /** Returns the HTTP routes of this process, which work until it is closed. */
  public Routes apiRoutes() {
    return readModel.addTo(
        ApiRoutes.of(
            health,
            () -> Mono.fromCallable(meters::scrape).subscribeOn(schedulers.files()),
            needs,
            artifacts.store()::get,
            schedulers.timer()));
  }

  /** Returns the bus, for its counters and assignments. */
  public KafkaBus bus() {
    return bus;
  }

  /**
   * Stops in order: accepts no more records, waits a bounded time for those in flight, closes.
   * Records not finished in time are delivered to the next process.
   */
  @Override
  public void close() {
    bus.stopRequesting();
    boolean drained =
        poll(drainTimeout)
            .filter(tick -> bus.inFlight() == 0)
            .next()
            .flatMap(idle -> pipeline.drained().thenReturn(true))
            .timeout(drainTimeout, Mono.just(false), schedulers.timer())
            .blockOptional()
            .orElse(false);
    if (!drained) {
      LOG.warn("stopping with records in flight: Kafka delivers them to the next process again");
    }
    running.dispose();
    traces.close();
    readModel.closeLater().timeout(drainTimeout, Mono.empty()).block();
    probe.close();
    meters.close();
    bus.close();
    artifacts.close();
    audit.close().timeout(drainTimeout, Mono.empty()).block();
    gate.closeLater().timeout(drainTimeout, Mono.empty()).block();
    store.closeLater().timeout(drainTimeout, Mono.empty()).block();
    schedulers.close();
  }
}
