package dev.canswarm.pipeline.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.KeyStatus;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which keys of a trust file have their roles at a moment. */
class TrustRolesTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final PublicKey WORKER = ControlFixture.publicKey("worker-1");
  private static final PublicKey ADMIN = ControlFixture.publicKey("admin-1");

  private static TrustFile trust(
      @Nullable String from, @Nullable String until, @Nullable String revoked) {
    return new TrustFile(
        List.of(
            TrustFile.Entry.always("admin-1", ADMIN.base64(), List.of("admin")),
            new TrustFile.Entry(
                "worker-1",
                WORKER.base64(),
                List.of("worker", "verifier"),
                Optional.ofNullable(from),
                Optional.ofNullable(until),
                Optional.ofNullable(revoked))));
  }

  private static TrustState genesis(TrustFile trust) {
    return TrustRoles.genesis("swarm", trust, NOW, ControlFixture.policy(2));
  }

  /** A key counts from its first instant on, and no longer at its last one. */
  @ParameterizedTest
  @CsvSource({
    ",,,true",
    "2026-06-01T12:00:00Z,,,true",
    "2026-06-01T12:00:00.000000001Z,,,false",
    ",2026-06-01T12:00:00Z,,false",
    ",2026-06-01T12:00:00.000000001Z,,true",
    ",,2026-06-01T12:00:00Z,false",
    ",,2026-06-01T12:00:00.000000001Z,true",
    "2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,2028-01-01T00:00:00Z,true",
    "2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,2026-02-01T00:00:00Z,false",
  })
  void aKeyHasItsRolesWhileItIsValidAndNotRevoked(
      @Nullable String from, @Nullable String until, @Nullable String revoked, boolean counts) {
    TrustFile file = trust(from, until, revoked);
    TrustRegistry registry = TrustRoles.of(file, NOW);
    assertThat(registry.holds(ADMIN, RoleName.ADMIN)).isTrue();
    assertThat(registry.holds(WORKER, RoleName.WORKER)).isEqualTo(counts);
    assertThat(registry.holds(WORKER, RoleName.VERIFIER)).isEqualTo(counts);
    assertThat(registry.holds(WORKER, RoleName.ADMIN)).isFalse();
    TrustState genesis = genesis(file);
    assertThat(genesis.registry().holds(WORKER, RoleName.WORKER)).isEqualTo(counts);
    assertThat(genesis.statusOf(WORKER)).contains(counts ? KeyStatus.IN_FORCE : KeyStatus.RETIRED);
  }

  /** Otherwise processes that start at different times would follow different chains. */
  @Test
  void theGenesisDocumentDoesNotDependOnTheTime() {
    String expired = genesis(trust(null, "2026-01-01T00:00:00Z", null)).genesis();
    assertThat(expired).isEqualTo(genesis(trust(null, null, null)).genesis());
  }

  @Test
  void theChainNeedsAsManyAdministratorsAsTheFileSays() {
    TrustFile two = new TrustFile(trust(null, null, null).entries(), 2);
    assertThat(genesis(two).adminsRequired()).isEqualTo(2);
    assertThat(genesis(two).swarmId()).isEqualTo("swarm");
    assertThat(genesis(two).policy()).isEqualTo(ControlFixture.policy(2));
    assertThat(genesis(two).keyOf("worker-1")).contains(WORKER);
  }
}
