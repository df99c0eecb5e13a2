package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A trust file as it was at each time that it may have been pinned. */
class TrustTimelineTest {
  private static final PublicKey FIRST = key(1);
  private static final PublicKey SECOND = key(2);
  private static final String FROM = "2026-01-01T00:00:00Z";
  private static final String UNTIL = "2026-02-01T00:00:00Z";

  private static PublicKey key(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return Engines.portable().signingKey(seed).publicKey();
  }

  private static TrustFile.Entry entry(
      String name, PublicKey key, String role, String from, String until, String revoked) {
    return new TrustFile.Entry(
        name, key.base64(), List.of(role), text(from), text(until), text(revoked));
  }

  private static Optional<String> text(String instant) {
    return instant.isEmpty() ? Optional.empty() : Optional.of(instant);
  }

  private static List<TrustRegistry> timeline(String now, TrustFile.Entry... entries) {
    return TrustTimeline.of(new TrustFile(List.of(entries)), Instant.parse(now));
  }

  private static boolean trusts(TrustRegistry registry, PublicKey key) {
    return registry.holds(key, RoleName.WORKER);
  }

  @Test
  void theRegistryOfNowComesFirst() {
    TrustFile.Entry entry = entry("a", FIRST, "worker", FROM, UNTIL, "");
    assertThat(trusts(timeline("2025-12-31T23:59:59Z", entry).get(0), FIRST)).isFalse();
    assertThat(trusts(timeline(FROM, entry).get(0), FIRST)).as("from is inclusive").isTrue();
    assertThat(trusts(timeline("2026-01-31T23:59:59Z", entry).get(0), FIRST)).isTrue();
    assertThat(trusts(timeline(UNTIL, entry).get(0), FIRST)).as("until is exclusive").isFalse();
  }

  @Test
  void aRevokedKeyIsTrustedBeforeAndNotAfter() {
    TrustFile.Entry entry = entry("a", FIRST, "worker", "", "", UNTIL);
    assertThat(trusts(timeline("2026-01-31T23:59:59Z", entry).get(0), FIRST)).isTrue();
    assertThat(trusts(timeline(UNTIL, entry).get(0), FIRST)).isFalse();
  }

  @Test
  void thereIsARegistryForEveryStretchOfTime() {
    List<TrustRegistry> all =
        timeline(
            "2030-01-01T00:00:00Z",
            entry("a", FIRST, "worker", "", UNTIL, ""),
            entry("b", SECOND, "worker", FROM, "", ""));
    assertThat(all).hasSize(4);
    assertThat(all)
        .extracting(registry -> trusts(registry, FIRST) + " " + trusts(registry, SECOND))
        .containsExactly("false true", "true false", "true true", "false true");
  }

  @Test
  void theSameTrustIsTheSameHashWheneverItIsMade() {
    TrustFile.Entry entry = entry("a", FIRST, "worker", "", "", "");
    List<TrustRegistry> all = timeline(FROM, entry);
    assertThat(all).extracting(TrustRegistry::hash).containsOnly(all.get(0).hash());
  }

  @Test
  void aNodesLogStaysValidAfterItsKeyExpires() {
    TrustFile file =
        new TrustFile(
            List.of(
                entry("node", FIRST, "node", "", FROM, ""),
                entry("worker", SECOND, "worker", "", "", "")));
    assertThat(TrustTimeline.nodes(file)).containsExactly(FIRST);
  }
}
