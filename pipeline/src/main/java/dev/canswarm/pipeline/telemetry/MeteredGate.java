package dev.canswarm.pipeline.telemetry;

import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/**
 * A gate whose calls are timed: {@code swarm.redis} by operation and outcome, and {@code
 * swarm.redis.away}. A call that its caller gave up counts as neither. Thread-safe.
 */
public final class MeteredGate implements DecisionGate {
  private static final String NAME = "swarm.redis";
  private static final String DESCRIPTION = "Calls to Redis, each for any number of NEEDs";

  private final DecisionGate gate;
  private final CallTimer proposals;
  private final CallTimer settlements;

  /**
   * @param nanos a clock that never goes back
   */
  public MeteredGate(DecisionGate gate, MeterRegistry registry, LongSupplier nanos) {
    this.gate = gate;
    AtomicBoolean away = new AtomicBoolean();
    this.proposals = new CallTimer(registry, NAME, DESCRIPTION, "propose", nanos, away);
    this.settlements = new CallTimer(registry, NAME, DESCRIPTION, "settle", nanos, away);
    Gauge.builder(NAME + ".away", away, value -> value.get() ? 1 : 0)
        .description("1 after a call to Redis that failed, until one succeeds")
        .register(registry);
  }

  @Override
  public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
    return proposals.timed(gate.propose(candidates));
  }

  @Override
  public Mono<Void> settle(List<DecisionRecord> fromSlots) {
    return settlements.timed(gate.settle(fromSlots));
  }
}
