package dev.canswarm.pipeline.telemetry;

import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.StageName;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Meters of the stages: {@code swarm.stage}, a timer of turns, and {@code swarm.stage.inputs}, the
 * number of inputs of a turn; both with the tag {@code stage}. Thread-safe.
 */
public final class StageMeters implements StageMeter {
  private record Meters(Timer time, DistributionSummary inputs) {}

  private final Map<StageName, Meters> byStage = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  public StageMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void passed(int lane, StageName stage, int inputs, long nanos) {
    Meters meters = byStage.computeIfAbsent(stage, this::register);
    // A clock that was set back in between tells nothing.
    if (nanos >= 0) {
      meters.time().record(nanos, TimeUnit.NANOSECONDS);
    }
    meters.inputs().record(inputs);
  }

  private Meters register(StageName stage) {
    return new Meters(
        Timer.builder("swarm.stage")
            .description("How long turns take in each stage, waiting included")
            .tag("stage", stage.label())
            .register(registry),
        DistributionSummary.builder("swarm.stage.inputs")
            .description("Inputs of a turn: its batch size")
            .tag("stage", stage.label())
            .register(registry));
  }
}
