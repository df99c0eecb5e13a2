package dev.canswarm.pipeline.telemetry;

import dev.canswarm.envelope.EnvelopeCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.OptionalDouble;

/**
 * Registers the meters of the cache of verified envelopes: the counter {@code swarm.envelope.cache}
 * with the tag {@code result} ({@code hit}, {@code miss}), the counter {@code
 * swarm.envelope.verifies} with the tag {@code result} ({@code made}, {@code saved}), and the
 * gauges {@code swarm.envelope.cache.entries} and {@code swarm.envelope.cache.bytes}.
 */
public final class EnvelopeCacheMeters implements MeterBinder {
  private static final String LOOKS = "swarm.envelope.cache";
  private static final String VERIFIES = "swarm.envelope.verifies";
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
        .description("Received envelopes found in the cache, which are not verified again")
        .register(registry);
    FunctionCounter.builder(LOOKS, cache, held -> held.stats().misses())
        .tag(RESULT, MISS)
        .description("Received envelopes not found in the cache")
        .register(registry);
    FunctionCounter.builder(VERIFIES, cache, EnvelopeCache::verifiesMade)
        .tag(RESULT, "made")
        .description("Signatures that were checked")
        .register(registry);
    FunctionCounter.builder(VERIFIES, cache, EnvelopeCache::verifiesSaved)
        .tag(RESULT, "saved")
        .description("Signatures that were not checked, since their envelopes were known")
        .register(registry);
    Gauge.builder(LOOKS + ".entries", cache, held -> held.stats().entries())
        .description("Envelopes in the cache")
        .register(registry);
    Gauge.builder(LOOKS + ".bytes", cache, held -> held.stats().bytes())
        .description("Total length of the envelopes in the cache")
        .baseUnit("bytes")
        .register(registry);
  }

  /**
   * Returns the ratio of hits to lookups so far, from 0 to 1; empty if there was no lookup, for
   * example because the cache is off.
   */
  public static OptionalDouble hitRate(MeterRegistry registry) {
    double hits = count(registry, HIT);
    double looks = hits + count(registry, MISS);
    return looks == 0 ? OptionalDouble.empty() : OptionalDouble.of(hits / looks);
  }

  private static double count(MeterRegistry registry, String result) {
    return registry.get(LOOKS).tag(RESULT, result).functionCounter().count();
  }
}
