package dev.canswarm.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Who may say what, and the hashes that a DECIDE pins. */
class TrustRegistryTest {
  private static final List<PublicKey> KEYS =
      IntStream.range(0, 6)
          .mapToObj(
              i ->
                  Engines.portable()
                      .signingKey(Sha256.hash(("key " + i).getBytes(StandardCharsets.UTF_8)))
                      .publicKey())
          .toList();

  @Example
  void everyVerbHasSomebodyWhoMaySayItAndNobodyMaySayAll() {
    for (Kind kind : Kind.values()) {
      assertThat(Role.values()).anyMatch(role -> role.maySend(kind));
    }
    for (Role role : Role.values()) {
      assertThat(Kind.values()).anyMatch(kind -> !role.maySend(kind));
      assertThat(Role.ofLabel(role.label())).contains(role);
    }
    assertThat(Role.ofLabel("PLANNER")).isEmpty();
  }

  @Example
  void aKeyMaySayWhatAnyOfItsRolesMayAndAStrangerNothing() {
    TrustRegistry trust =
        TrustRegistry.of(
            Map.of(KEYS.get(0), Set.of(Role.WORKER, Role.VERIFIER), KEYS.get(1), Set.<Role>of()));
    assertThat(Arrays.stream(Kind.values()).filter(kind -> trust.maySend(KEYS.get(0), kind)))
        .containsExactlyInAnyOrder(Kind.CLAIM, Kind.COMMIT, Kind.YIELD, Kind.ATTEST);
    for (Kind kind : Kind.values()) {
      assertThat(trust.maySend(KEYS.get(1), kind)).isFalse();
      assertThat(trust.maySend(KEYS.get(2), kind)).isFalse();
    }
  }

  @Property(tries = 100)
  void theHashesDoNotDependOnTheOrderOfTheFile(@ForAll Random random) {
    List<PublicKey> shuffled = new ArrayList<>(KEYS);
    Collections.shuffle(shuffled, random);
    TrustRegistry one = TrustRegistry.of(roles(KEYS));
    TrustRegistry other = TrustRegistry.of(roles(shuffled));
    assertThat(other.hash()).isEqualTo(one.hash());
    assertThat(other.verifiersHash()).isEqualTo(one.verifiersHash());
    assertThat(other.verifiers()).isEqualTo(one.verifiers());
    assertThat(TrustRegistry.hashOfVerifiers(shuffled))
        .isEqualTo(TrustRegistry.hashOfVerifiers(KEYS));
  }

  private static Map<PublicKey, Set<Role>> roles(List<PublicKey> keys) {
    Map<PublicKey, Set<Role>> roles = new LinkedHashMap<>();
    keys.forEach(
        key -> roles.put(key, Set.of(KEYS.indexOf(key) < 4 ? Role.VERIFIER : Role.WORKER)));
    return roles;
  }

  @Example
  void anotherVerifierIsAnotherSet() {
    assertThat(TrustRegistry.hashOfVerifiers(KEYS))
        .isNotEqualTo(TrustRegistry.hashOfVerifiers(KEYS.subList(1, KEYS.size())));
  }
}
