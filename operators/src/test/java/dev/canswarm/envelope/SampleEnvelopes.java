package dev.canswarm.envelope;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;

/** Signed envelopes of every shape that the wire format has. */
final class SampleEnvelopes {
  static final String SWARM = "swarm-1";
  static final SignatureEngine ENGINE = Engines.portable();
  static final SigningKey KEY = ENGINE.signingKey(new byte[SignatureEngine.SEED_BYTES]);
  static final long TIMESTAMP_NS = 1_700_000_000_000_000_001L;

  private SampleEnvelopes() {}

  static EnvelopeCodec codec(EnvelopeCache cache) {
    return new EnvelopeCodec(SWARM, ENGINE, EnvelopeLimits.DEFAULT, cache);
  }

  static Envelope signed(Draft draft) {
    return codec(EnvelopeCache.none()).sign(draft, KEY, TIMESTAMP_NS);
  }

  private static JsonObject payload() {
    return JsonObject.builder()
        .put("text", "gr\u00fcn \"\\\u0001")
        .put("number", 7)
        .put("list", List.of("a", "b"))
        .build();
  }

  /** A NEED whose nonce has characters that are escaped. */
  static Envelope need() {
    return signed(
        Draft.need(new ThreadId("thread-1"), "a \"nonce\" \\ of mine", "c".repeat(64), payload()));
  }

  static Envelope withParents(Verb verb, int parents) {
    return signed(
        Draft.builder(verb, new ThreadId("thread-1"))
            .need(new NeedId("d".repeat(64)))
            .lamport(parents == 0 ? 1 : 42)
            .parents(
                IntStream.range(0, parents)
                    .mapToObj(i -> new EnvelopeId(String.format("%064x", i + 1)))
                    .toList())
            .policyHash("c".repeat(64))
            .payload(payload())
            .build());
  }

  static List<Envelope> all() {
    return List.of(
        need(),
        withParents(Verb.DECIDE, 1),
        withParents(Verb.FINALIZE, 3),
        withParents(Verb.RELEASE, 0));
  }
}
