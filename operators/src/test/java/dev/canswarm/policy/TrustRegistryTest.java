package dev.canswarm.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Who may say what, and the hashes that a DECIDE pins. */
class TrustRegistryTest {
  private static final List<PublicKey> KEYS = TestKeys.publicKeys(6);

  @Example
  void everyVerbHasSomebodyWhoMaySayItAndNobodyMaySayAll() {
    for (Verb verb : Verb.values()) {
      assertThat(RoleName.values()).anyMatch(role -> role.maySend(verb));
    }
    for (RoleName role : RoleName.values()) {
      assertThat(Verb.values()).anyMatch(verb -> !role.maySend(verb));
      assertThat(RoleName.ofLabel(role.label())).contains(role);
    }
    assertThat(RoleName.ofLabel("PLANNER")).isEmpty();
  }

  @Example
  void aKeyMaySayWhatAnyOfItsRolesMayAndAStrangerNothing() {
    TrustRegistry trust =
        TrustRegistry.of(
            Map.of(
                KEYS.get(0),
                Set.of(RoleName.WORKER, RoleName.VERIFIER),
                KEYS.get(1),
                Set.<RoleName>of()));
    assertThat(Arrays.stream(Verb.values()).filter(verb -> trust.maySend(KEYS.get(0), verb)))
        .containsExactlyInAnyOrder(Verb.CLAIM, Verb.COMMIT, Verb.YIELD, Verb.ATTEST);
    for (Verb verb : Verb.values()) {
      assertThat(trust.maySend(KEYS.get(1), verb)).isFalse();
      assertThat(trust.maySend(KEYS.get(2), verb)).isFalse();
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

  private static Map<PublicKey, Set<RoleName>> roles(List<PublicKey> keys) {
    Map<PublicKey, Set<RoleName>> roles = new LinkedHashMap<>();
    keys.forEach(
        key -> roles.put(key, Set.of(KEYS.indexOf(key) < 4 ? RoleName.VERIFIER : RoleName.WORKER)));
    return roles;
  }

  @Example
  void anotherVerifierIsAnotherSet() {
    assertThat(TrustRegistry.hashOfVerifiers(KEYS))
        .isNotEqualTo(TrustRegistry.hashOfVerifiers(KEYS.subList(1, KEYS.size())));
  }
}
