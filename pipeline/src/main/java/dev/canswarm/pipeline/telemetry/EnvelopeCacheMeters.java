package dev.canswarm.pipeline.telemetry;

import dev.canswarm.envelope.EnvelopeCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.OptionalDouble;

/**
 * Meters of the cache of verified envelopes: {@code swarm.envelope.cache}, a counter by {@code
 * result} ({@code hit}, {@code miss}), and the gauges {@code swarm.envelope.cache.entries} and
 * {@code swarm.envelope.cache.bytes}.
 */
public final class EnvelopeCacheMeters implements MeterBinder {
  private static final String LOOKS = "swarm.envelope.cache";
  private static final String RESULT = "result";
  private static final String HIT = "hit";
  private static final String MISS = "miss";

  private final EnvelopeCache cache;

  public EnvelopeCacheMeters(EnvelopeCache cache) {
    this.cache = cache;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder(LOOKS, cache, held -> held.stats().hits())
        .tag(RESULT, HIT)
        .description("Envelopes that were known, and not read and verified again")
        .register(registry);
    FunctionCounter.builder(LOOKS, cache, held -> held.stats().misses())
        .tag(RESULT, MISS)
        .description("Envelopes that were not known")
        .register(registry);
    Gauge.builder(LOOKS + ".entries", cache, held -> held.stats().entries())
        .description("Envelopes held")
        .register(registry);
    Gauge.builder(LOOKS + ".bytes", cache, held -> held.stats().bytes())
        .description("Length of the envelopes held")
        .baseUnit("bytes")
        .register(registry);
  }

  /** Hits of all looks so far, 0 to 1; empty where there was none, as with a cache that is off. */
  public static OptionalDouble hitRate(MeterRegistry registry) {
    double hits = count(registry, HIT);
    double looks = hits + count(registry, MISS);
    return looks == 0 ? OptionalDouble.empty() : OptionalDouble.of(hits / looks);
  }

  private static double count(MeterRegistry registry, String result) {
    return registry.get(LOOKS).tag(RESULT, result).functionCounter().count();
  }
}
