package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.EnvelopeCache;
import dev.canswarm.pipeline.files.FileAuditLog;
import dev.canswarm.pipeline.kafka.KafkaBus;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.tasks.TaskThreads;
import dev.canswarm.pipeline.telemetry.EnvelopeCacheMeters;
import dev.canswarm.pipeline.telemetry.JvmMeters;
import dev.canswarm.pipeline.telemetry.LaneWatch;
import dev.canswarm.pipeline.telemetry.MeteredAudit;
import dev.canswarm.pipeline.telemetry.MeteredBus;
import dev.canswarm.pipeline.telemetry.MeteredGate;
import dev.canswarm.pipeline.telemetry.MeteredStore;
import dev.canswarm.pipeline.telemetry.ProtocolMeters;
import dev.canswarm.pipeline.telemetry.StageMeters;
import dev.canswarm.pipeline.telemetry.StoredNeeds;
import dev.canswarm.pipeline.telemetry.TaskMeters;
import dev.canswarm.pipeline.tracing.Tracing;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.SlotStore;
import dev.canswarm.stage.SwarmChain;
import dev.canswarm.task.TaskHandler;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The meters of a process: they wrap its ports, receive the events of its chain, and are read on a
 * scrape. Thread-safe once everything is registered.
 */
final class NodeMeters implements AutoCloseable {
  /** A meter that is left out: it counts nanoseconds, and the CPU usage meters show the same. */
  private static final String CPU_TIME = "process.cpu.time";

  /** A meter that is left out: Prometheus takes its name for the part of a histogram. */
  private static final String CPU_COUNT = "system.cpu.count";

  private static final String RECORDS = "records";
  private static final String BYTES = "bytes";

  private final PrometheusMeterRegistry registry;
  private final LongSupplier nanos = System::nanoTime;
  private final TaskMeters tasks;
  private final LaneWatch lanes;
  private Runnable refresh = () -> {};
  private @Nullable JvmMeters jvm;
  private boolean closed;

  NodeMeters(EnvelopeCache verified, int lanesMax, TimeSource time, TaskThreads threads) {
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().meterFilter(MeterFilter.denyNameStartsWith(CPU_TIME));
    registry.config().meterFilter(MeterFilter.denyNameStartsWith(CPU_COUNT));
    new EnvelopeCacheMeters(verified).bindTo(registry);
    tasks = new TaskMeters(registry, nanos, threads::hung);
    lanes = new LaneWatch(time, lanesMax, new ProtocolMeters(registry, new StageMeters(registry)));
  }

  MeterRegistry registry() {
    return registry;
  }

  /** Returns the meter that the chain reports its stages to. */
  LaneWatch lanes() {
    return lanes;
  }

  /** Registers metrics of exported and lost spans. */
  void spans(Tracing tracing) {
    spans(tracing, "exported", Tracing::exported);
    spans(tracing, "failed", Tracing::failed);
    spans(tracing, "dropped", Tracing::dropped);
  }

  private void spans(Tracing tracing, String result, ToDoubleFunction<Tracing> count) {
    FunctionCounter.builder("swarm.traces.spans", tracing, count)
        .description("Spans by what became of them: dropped, since too many waited, is one")
        .tag("result", result)
        .register(registry);
  }

  TaskHandler task(TaskHandler handler) {
    return tasks.metered(handler);
  }

  SlotStore store(PostgresSlotStore store) {
    gauge(store, "swarm.postgres.connections.used", PostgresSlotStore::connectionsUsed)
        .description("Connections to PostgreSQL in use")
        .register(registry);
    gauge(store, "swarm.postgres.connections.idle", PostgresSlotStore::connectionsIdle)
        .description("Connections to PostgreSQL that are open and not in use")
        .register(registry);
    gauge(store, "swarm.postgres.connections.wanted", PostgresSlotStore::connectionsWanted)
        .description("Calls that wait for a connection to PostgreSQL")
        .register(registry);
    return new MeteredStore(store, registry, nanos);
  }

  DecisionGate gate(DecisionGate gate) {
    return new MeteredGate(gate, registry, nanos);
  }

  AuditLog audit(FileAuditLog audit) {
    FunctionCounter.builder("swarm.audit.written", audit, FileAuditLog::bytesWritten)
        .description("Bytes by which the audit log grew")
        .baseUnit(BYTES)
        .register(registry);
    return new MeteredAudit(audit, registry, nanos);
  }

  MeteredBus bus(KafkaBus bus, List<String> topicsRead) {
    gauge(bus, "swarm.kafka.in.flight", KafkaBus::inFlight)
        .description("Records received and not acknowledged yet")
        .baseUnit(RECORDS)
        .register(registry);
    gauge(bus, "swarm.kafka.sends.in.flight", KafkaBus::sendsInFlight)
        .description("Records sent that Kafka has not acknowledged yet")
        .baseUnit(RECORDS)
        .register(registry);
    gauge(bus, "swarm.kafka.partitions.paused", KafkaBus::pausedPartitions)
        .description("Partitions of topics that are paused, since there is no room for more")
        .register(registry);
    gauge(bus, "swarm.kafka.partitions.assigned", each -> each.assignedPartitions().size())
        .description("Partition numbers that this process has")
        .register(registry);
    return new MeteredBus(bus, topicsRead, registry, nanos);
  }

  /**
   * Registers the gauges of the chain, as the last part.
   *
   * @param openNeeds counts the open NEEDs of the store
   */
  void chain(SwarmChain chain, Set<String> taskTypes, MeteredBus bus, Mono<Long> openNeeds) {
    StoredNeeds needs = new StoredNeeds(openNeeds, registry, nanos);
    gauge(chain, "swarm.needs.open", SwarmChain::needsOpen)
        .description(
            "NEEDs of this process's partitions that are stored, not over, and active in the last"
                + " ten seconds; 0 without a gateway or planner")
        .register(registry);
    gauge(chain, "swarm.tasks.places.used", each -> each.tasks().running())
        .description("Places for tasks and verifications in use")
        .register(registry);
    gauge(chain, "swarm.tasks.places.max", each -> each.tasks().runningMax())
        .description("Places for tasks and verifications")
        .register(registry);
    gauge(lanes, "swarm.lanes.busy", LaneWatch::busy)
        .description("Lanes with a turn under way")
        .register(registry);
    gauge(lanes, "swarm.lanes.longest", LaneWatch::longestSeconds)
        .description("How long the turn that is longest in its stage has been there")
        .baseUnit("seconds")
        .register(registry);
    synchronized (this) {
      refresh =
          () -> {
            bus.refresh();
            needs.refresh();
            tasks.refresh(chain.tasksWaiting(), taskTypes);
          };
    }
  }

  private static <T> Gauge.Builder<T> gauge(T of, String name, ToDoubleFunction<T> value) {
    // A strong reference: after a stop nothing else may hold the measured object.
    return Gauge.builder(name, of, value).strongReference(true);
  }

  /** Returns all meters in Prometheus's text format. Takes some milliseconds of CPU time. */
  synchronized byte[] scrape() {
    if (jvm == null && !closed) {
      // Registered at the first scrape, since it would delay the start.
      jvm = new JvmMeters(registry);
    }
    refresh.run();
    return registry.scrape().getBytes(StandardCharsets.UTF_8);
  }

  /** Removes the listeners on the JVM; the meters can still be read. */
  @Override
  public synchronized void close() {
    closed = true;
    JvmMeters present = jvm;
    if (present != null) {
      present.close();
    }
  }
}
