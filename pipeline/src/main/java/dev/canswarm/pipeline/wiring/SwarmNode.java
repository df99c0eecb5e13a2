package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.pipeline.files.AuditLimits;
import dev.canswarm.pipeline.files.FileArtifactStore;
import dev.canswarm.pipeline.files.FileAuditLog;
import dev.canswarm.pipeline.kafka.KafkaBus;
import dev.canswarm.pipeline.kafka.KafkaTopics;
import dev.canswarm.pipeline.postgres.Migrations;
import dev.canswarm.pipeline.postgres.PostgresSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.redis.RedisDecisionGate;
import dev.canswarm.pipeline.redis.RedisSettings;
import dev.canswarm.policy.Policy;
import dev.canswarm.stage.SwarmPipeline;
import dev.canswarm.task.TaskRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One running process of the swarm. Starting and stopping block and belong on the main thread; all
 * that runs in between does not.
 */
public final class SwarmNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmNode.class);
  private static final int VERIFY_CONCURRENCY = 2 * Runtime.getRuntime().availableProcessors();
  private static final int SWEEP_NEEDS_MAX = 1000;
  private static final int REDIS_QUEUE_MAX = 16_384;
  private static final int AUDIT_WAITING_MAX = 65_536;
  private static final int AUDIT_BATCH_RECORDS_MAX = 512;
  private static final int DEAD_LETTER_HEADROOM_BYTES = 64 * 1024;
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final long DRAIN_POLL_MILLIS = 20;
  private static final String GROUP_PREFIX = "can-swarm-";
  private static final String MEMBER_PREFIX = "node-";

  private final NodeSchedulers schedulers;
  private final FileAuditLog audit;
  private final PostgresSlotStore store;
  private final RedisDecisionGate gate;
  private final KafkaBus bus;
  private final SwarmPipeline pipeline;
  private final Disposable running;
  private final Duration drainTimeout;
  private volatile @Nullable Throwable failure;

  private SwarmNode(
      NodeSchedulers schedulers,
      FileAuditLog audit,
      PostgresSlotStore store,
      RedisDecisionGate gate,
      KafkaBus bus,
      SwarmPipeline pipeline,
      Duration drainTimeout) {
    this.schedulers = schedulers;
    this.audit = audit;
    this.store = store;
    this.gate = gate;
    this.bus = bus;
    this.pipeline = pipeline;
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
   * Starts a process: migrations, topics, the audit log, then the pipeline.
   *
   * @throws RuntimeException when a server cannot be reached in time, a topic has another number of
   *     partitions, or the audit log is damaged; the message says which
   */
  public static SwarmNode start(NodeSpec spec) {
    SwarmSettings settings = spec.settings();
    NodeSchedulers schedulers = NodeSchedulers.create(settings.tasks().runningMax());
    TimeSource time = TimeSource.system();
    SignatureEngine engine = spec.engine();
    EnvelopeCodec codec = new EnvelopeCodec(settings.swarmId(), engine, EnvelopeLimits.DEFAULT);
    Policy policy = Policy.parse(spec.policy());
    TaskRegistry tasks = ConfiguredTasks.registry(settings.tasks(), spec.tasks());

    PostgresSettings postgres = postgres(spec);
    Migrations.migrate(postgres);
    PostgresSlotStore store = new PostgresSlotStore(postgres);
    RedisDecisionGate gate =
        new RedisDecisionGate(
            new RedisSettings(
                spec.servers().redisUri(), settings.redis().timeoutMillis(), REDIS_QUEUE_MAX));
    FileArtifactStore artifacts =
        new FileArtifactStore(spec.artifacts(), settings.artifactsBytesMax(), schedulers.files());
    FileAuditLog audit =
        FileAuditLog.open(
            spec.audit(),
            spec.nodeKey(),
            engine,
            new LamportClock(0),
            time,
            schedulers.audit(),
            new AuditLimits(
                settings.auditSegmentBytesMax(), AUDIT_BATCH_RECORDS_MAX, AUDIT_WAITING_MAX));
    KafkaBus.Settings kafka = kafka(spec);
    KafkaBus bus =
        KafkaTopics.ensure(kafka, schedulers.files())
            .map(cluster -> new KafkaBus(kafka, cluster, schedulers.files()))
            .blockOptional(START_TIMEOUT)
            .orElseThrow();
    archive(store, policy, spec);

    SwarmPipeline pipeline =
        PipelineWiring.pipeline(
            new PipelineWiring.Process(
                kafka.groupId(),
                spec.agents(),
                spec.nodeKey().publicKey(),
                codec,
                policy,
                spec.trust(),
                tasks),
            new PipelineWiring.Ports(bus, store, gate, artifacts, audit),
            new PipelineWiring.Runtime(
                time,
                schedulers.verify(),
                schedulers.tasks(),
                schedulers.timer(),
                error -> LOG.warn("trying again: {}", error.toString())),
            bounds(settings));
    return new SwarmNode(
        schedulers,
        audit,
        store,
        gate,
        bus,
        pipeline,
        Duration.ofMillis(settings.shutdownTimeoutMillis()));
  }

  private static PipelineWiring.Bounds bounds(SwarmSettings settings) {
    return new PipelineWiring.Bounds(
        new SwarmPipeline.Bounds(
            VERIFY_CONCURRENCY, settings.lanes(), settings.sweepIntervalMillis(), SWEEP_NEEDS_MAX),
        settings.tasks().runningMax(),
        settings.needsCachedMax(),
        settings.retry().firstMillis(),
        settings.retry().maxMillis(),
        settings.kafka().recordBytesMax());
  }

  private static void archive(PostgresSlotStore store, Policy policy, NodeSpec spec) {
    Mono.when(
            store.archive(policy.hash(), "policy", spec.policy()),
            store.archive(spec.trust().hash(), "trust", CanonicalJson.write(spec.trust().json())))
        .block(START_TIMEOUT);
  }

  private static PostgresSettings postgres(NodeSpec spec) {
    var at = spec.servers().postgres();
    var bounds = spec.settings().postgres();
    return new PostgresSettings(
        at.host(),
        at.port(),
        at.database(),
        at.user(),
        at.password().reveal(),
        bounds.connectionsMax(),
        bounds.batchRowsMax(),
        bounds.statementTimeoutMillis());
  }

  private static KafkaBus.Settings kafka(NodeSpec spec) {
    var settings = spec.settings().kafka();
    return new KafkaBus.Settings(
        spec.servers().kafkaBootstrap(),
        groupId(spec),
        Optional.of(memberId(spec)),
        PipelineWiring.topics(spec.agents(), spec.settings().intakeEnabled()),
        settings.partitions(),
        settings.replication(),
        settings.minInsync(),
        settings.retentionMillis(),
        settings.inFlightMax(),
        settings.pollRecordsMax(),
        settings.commitIntervalMillis(),
        settings.sendInFlightMax(),
        settings.sessionTimeoutMillis(),
        settings.recordBytesMax(),
        settings.recordBytesMax() + DEAD_LETTER_HEADROOM_BYTES,
        Map.of());
  }

  /**
   * Processes with the same agents share the partitions; with other agents each sees everything.
   */
  private static String groupId(NodeSpec spec) {
    String names =
        spec.agents().stream().map(AgentKey::name).sorted().collect(Collectors.joining(","));
    return GROUP_PREFIX + Sha256.hex(names.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  /**
   * The process that keeps this audit log, whenever it runs: there is one at a time. The host is in
   * it for directories that were copied.
   */
  private static String memberId(NodeSpec spec) {
    String place = hostName() + ":" + spec.audit().toAbsolutePath().normalize();
    String key = spec.nodeKey().publicKey().base64();
    return MEMBER_PREFIX
        + Sha256.hex((key + ":" + place).getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Waits until partitions are assigned, so that what is sent from now on is seen at once. */
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
   * What ended the pipeline, if something did: no outage, but servers that will never let it in.
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** The bus, for what else a process wants to know of it. */
  public KafkaBus bus() {
    return bus;
  }

  /**
   * Stops in order: takes nothing more, lets what is in flight end for a bounded time, closes. What
   * did not end in time comes again to the next process.
   */
  @Override
  public void close() {
    bus.stopTaking();
    boolean drained =
        poll(drainTimeout)
            .filter(tick -> bus.inFlight() == 0)
            .next()
            .flatMap(idle -> pipeline.drained().thenReturn(true))
            .timeout(drainTimeout, Mono.just(false), schedulers.timer())
            .blockOptional()
            .orElse(false);
    if (!drained) {
      LOG.warn("stopping with work in flight: it comes again to the next process");
    }
    running.dispose();
    bus.close();
    audit.close().timeout(drainTimeout, Mono.empty()).block();
    gate.closeLater().timeout(drainTimeout, Mono.empty()).block();
    store.closeLater().timeout(drainTimeout, Mono.empty()).block();
    schedulers.close();
  }
}
