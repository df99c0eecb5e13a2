package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCache;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeCacheMetersTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void hitsMissesAndWhatIsHeldAreMetered() {
    EnvelopeCodec codec = codec(new EnvelopeCache(10, 10_000));
    assertThat(EnvelopeCacheMeters.hitRate(registry)).isEmpty();
    Envelope elsewhere = sign(codec(EnvelopeCache.none(), new SimpleMeterRegistry()), "elsewhere");
    for (Envelope envelope : List.of(sign(codec, "here"), elsewhere, elsewhere, elsewhere)) {
      codec.decodeAndVerify(envelope.bytes());
    }
    assertThat(looks("hit")).isEqualTo(3);
    assertThat(looks("miss")).isEqualTo(1);
    assertThat(registry.get("swarm.envelope.cache.entries").gauge().value()).isEqualTo(2);
    assertThat(registry.get("swarm.envelope.cache.bytes").gauge().value()).isBetween(1e3, 1e4);
    assertThat(EnvelopeCacheMeters.hitRate(registry)).hasValue(0.75);
  }

  @Test
  void aCacheThatIsOffHasNoHitRate() {
    EnvelopeCodec codec = codec(EnvelopeCache.none());
    codec.decodeAndVerify(sign(codec, "n").bytes());
    assertThat(EnvelopeCacheMeters.hitRate(registry)).isEmpty();
  }

  @Test
  void verifiesAreCountedApartFromLooks() {
    EnvelopeCodec codec = codec(new EnvelopeCache(10, 10_000));
    Envelope elsewhere = sign(codec(EnvelopeCache.none(), new SimpleMeterRegistry()), "elsewhere");
    codec.decodeAndVerify(elsewhere.bytes());
    codec.decodeAndVerify(elsewhere.bytes());
    codec.decode(elsewhere.bytes()); // looked for, but nobody asks for its signature
    codec.verify(codec.decode(elsewhere.bytes()));
    assertThat(verifies("made")).isEqualTo(1);
    assertThat(verifies("saved")).isEqualTo(2);
  }

  private double verifies(String result) {
    return registry.get("swarm.envelope.verifies").tag("result", result).functionCounter().count();
  }

  private double looks(String result) {
    return registry.get("swarm.envelope.cache").tag("result", result).functionCounter().count();
  }

  private EnvelopeCodec codec(EnvelopeCache cache) {
    return codec(cache, registry);
  }

  private static EnvelopeCodec codec(EnvelopeCache cache, MeterRegistry meters) {
    new EnvelopeCacheMeters(cache).bindTo(meters);
    return new EnvelopeCodec("s", Engines.portable(), EnvelopeLimits.DEFAULT, cache);
  }

  private static Envelope sign(EnvelopeCodec codec, String nonce) {
    SigningKey key = Engines.portable().signingKey(new byte[32]);
    return codec.sign(
        Draft.need(new ThreadId("t"), nonce, "0".repeat(64), JsonObject.empty()), key, 1);
  }
}
