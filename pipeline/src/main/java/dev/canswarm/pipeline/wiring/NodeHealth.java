package dev.canswarm.pipeline.wiring;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.pipeline.health.Health;
import dev.canswarm.pipeline.health.HealthCheck;
import dev.canswarm.pipeline.health.HealthStatus;
import dev.canswarm.pipeline.health.HealthStatus.State;
import dev.canswarm.pipeline.kafka.KafkaBus;
import dev.canswarm.pipeline.kafka.KafkaProbe;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.redis.RedisDecisionGate;
import dev.canswarm.pipeline.tasks.TaskThreads;
import dev.canswarm.pipeline.telemetry.LaneWatch;
import dev.canswarm.stage.SwarmChain;
import dev.canswarm.stage.TaskPermits;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The health checks of a process: Kafka, PostgreSQL, Redis, lanes and task threads. */
final class NodeHealth {
  /**
   * Time in one stage after which a turn counts as stuck: the stage waits for a server that cannot
   * be reached, or there is a defect.
   */
  static final long TURN_MILLIS_MAX = 30_000;

  /** An id that no NEED has: the query finds nothing, and the check is that it is answered. */
  private static final NeedId NO_NEED = new NeedId("health");

  private NodeHealth() {}

  /**
   * Returns the checks of a process.
   *
   * @param failure the error that ended the pipeline, if any
   */
  static Health of(
      PostgresSlotStore store,
      RedisDecisionGate gate,
      KafkaBus bus,
      KafkaProbe probe,
      LaneWatch lanes,
      SwarmChain chain,
      TaskThreads threads,
      Supplier<Optional<Throwable>> failure,
      Scheduler timer) {
    return new Health(
        List.of(
            new HealthCheck("kafka", State.DOWN, () -> kafka(bus, probe)),
            new HealthCheck("postgres", State.DOWN, () -> postgres(store)),
            // Without Redis the pipeline still decides.
            new HealthCheck(HealthCheck.REDIS, State.DEGRADED, () -> redis(gate)),
            new HealthCheck("lanes", State.DOWN, () -> Mono.just(lanes(lanes, failure.get()))),
            new HealthCheck(
                "tasks", State.DEGRADED, () -> Mono.just(tasks(chain.tasks(), threads)))),
        timer);
  }

  private static Mono<HealthStatus> kafka(KafkaBus bus, KafkaProbe probe) {
    return probe
        .brokers()
        .map(
            brokers ->
                brokers == 0
                    ? HealthStatus.down("no broker")
                    : HealthStatus.up(
                        "%d broker%s, %d partitions here, %d records in flight"
                            .formatted(
                                brokers,
                                brokers == 1 ? "" : "s",
                                bus.assignedPartitions().size(),
                                bus.inFlight())));
  }

  private static Mono<HealthStatus> postgres(PostgresSlotStore store) {
    return store.open(NO_NEED).then(Mono.just(HealthStatus.up("")));
  }

  private static Mono<HealthStatus> redis(RedisDecisionGate gate) {
    return gate.ping().then(Mono.just(HealthStatus.up("")));
  }

  static HealthStatus lanes(LaneWatch lanes, Optional<Throwable> failure) {
    if (failure.isPresent()) {
      return HealthStatus.down("the pipeline stopped: " + failure.get().getMessage());
    }
    Optional<LaneWatch.Busy> longest = lanes.longest();
    if (longest.isPresent() && longest.get().millis() > TURN_MILLIS_MAX) {
      LaneWatch.Busy stuck = longest.get();
      return HealthStatus.down(
          "lane %d has been in %s for %d s"
              .formatted(stuck.lane(), stuck.stage().label(), stuck.millis() / 1000));
    }
    return HealthStatus.up(lanes.busy() + " busy");
  }

  private static HealthStatus tasks(TaskPermits.Usage usage, TaskThreads threads) {
    return tasks(usage, threads.hung().size(), threads.hungMax());
  }

  /**
   * @param hung threads whose task code was interrupted and has not ended
   * @param hungMax the most hung threads that are replaced; with more, tasks wait
   */
  static HealthStatus tasks(TaskPermits.Usage usage, int hung, int hungMax) {
    String detail =
        "%d of %d running, %d ready, %d to be claimed"
            .formatted(usage.running(), usage.runningMax(), usage.ready(), usage.grants());
    if (hung > 0) {
      return HealthStatus.degraded(
          "%s, task code hangs on %d of at most %d threads that are replaced"
              .formatted(detail, hung, hungMax));
    }
    return usage.grants() >= TaskPermits.GRANTS_MAX
        ? HealthStatus.degraded(detail + ": no room for more")
        : HealthStatus.up(detail);
  }
}
