package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.simulation.scenario.KeyChange;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.SimNodeSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyringTest {
  private static final int VERIFIERS = 3;

  private final Scenario plain =
      new Scenario(
          1,
          1,
          0,
          1,
          VERIFIERS,
          false,
          false,
          List.of(
              new SimNodeSpec("honest", Names.core(), false),
              new SimNodeSpec("liar", List.of(Names.LYING_WORKER), true)),
          List.of(),
          List.of(),
          List.of());
  private final Scenario changing =
      plain.changing(List.of(new KeyChange(10, Names.WORKER, KeyChange.Way.ROTATED, 0)), null);

  private static PublicKey key(Keyring keyring, String name) {
    return keyring.key(name).publicKey();
  }

  @Test
  void everyAgentHasTheRoleThatItsNameBeginsWith() {
    Keyring keyring = new Keyring(plain);
    for (String agent : Names.core()) {
      assertThat(keyring.trust().rolesOf(key(keyring, agent)))
          .as(agent)
          .containsExactly(Names.roleOf(agent));
    }
    assertThat(keyring.trust().verifiers()).hasSize(VERIFIERS);
  }

  @Test
  void theLyingWorkerHasTheKeyAndBothRolesOfTheLastVerifier() {
    Keyring keyring = new Keyring(plain);
    PublicKey liar = key(keyring, Names.LYING_WORKER);
    assertThat(liar).isEqualTo(key(keyring, Names.verifier(VERIFIERS)));
    assertThat(keyring.trust().rolesOf(liar))
        .containsExactlyInAnyOrder(RoleName.VERIFIER, RoleName.WORKER);
    assertThat(keyring.rolesByKey().get(liar.base64()))
        .containsExactlyInAnyOrder(RoleName.VERIFIER, RoleName.WORKER);
  }

  @Test
  void anAdministratorIsListedOnlyWhereTheControlChainHasEntries() {
    Keyring without = new Keyring(plain);
    assertThat(without.trust().rolesOf(key(without, Names.ADMIN))).isEmpty();
    Keyring with = new Keyring(changing);
    assertThat(with.trust().rolesOf(key(with, Names.ADMIN))).containsExactly(RoleName.ADMIN);
  }

  @Test
  void aSecondKeyIsKnownToTheCheckersButNotTrustedBeforeItsEntry() {
    Keyring keyring = new Keyring(changing);
    PublicKey second = key(keyring, KeyChange.second(Names.WORKER));
    assertThat(keyring.trust().rolesOf(second)).isEmpty();
    assertThat(keyring.rolesByKey()).containsKey(second.base64());
  }

  @Test
  void aKeyIsFoundByItsPublicKeyAndIsTheSameInEveryRun() {
    Keyring one = new Keyring(plain);
    Keyring other = new Keyring(changing);
    PublicKey worker = key(one, Names.WORKER);
    assertThat(key(other, Names.WORKER)).isEqualTo(worker);
    assertThat(one.find(worker)).contains(one.key(Names.WORKER));
    assertThat(one.find(key(other, "worker-unknown"))).isEmpty();
    assertThat(one.agents(plain.nodes().get(1)))
        .singleElement()
        .satisfies(agent -> assertThat(agent.role()).isEqualTo(RoleName.WORKER));
  }

  @Test
  void theGenesisNamesEachKeyByItsAgent() {
    Keyring keyring = new Keyring(plain);
    Policy policy = Policy.parse(plain.policy().getBytes(StandardCharsets.UTF_8));
    TrustState genesis = keyring.genesis(keyring.trust(), policy);
    String liar = key(keyring, Names.LYING_WORKER).base64();
    assertThat(genesis.keys())
        .hasSameSizeAs(keyring.trust().keys())
        .filteredOn(entry -> entry.key().base64().equals(liar))
        .singleElement()
        .satisfies(entry -> assertThat(entry.name()).isEqualTo(Names.verifier(VERIFIERS)));
  }
}
