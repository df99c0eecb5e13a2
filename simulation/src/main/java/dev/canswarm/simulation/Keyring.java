package dev.canswarm.simulation;

import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.wiring.AgentKey;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.simulation.check.SignatureLog;
import dev.canswarm.simulation.scenario.KeyChange;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.SimNodeSpec;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of one run: those of the processes, of the producers and of the adversary. Not
 * thread-safe.
 */
final class Keyring {
  /**
   * Public keys by the hash of their seed: a seed always has the same one, so all runs share them.
   */
  private static final Map<String, PublicKey> KNOWN = new ConcurrentHashMap<>();

  private final SignatureEngine engine;
  private final SignatureLog signatures = new SignatureLog();
  private final Map<String, SigningKey> keys = new HashMap<>();
  private final TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
  private final TrustRegistry trust;
  private final String liarsVerifier;

  Keyring(Scenario scenario) {
    this.engine =
        scenario.realKeys() ? Engines.fastest().engine() : new KeyedHashEngine(Keyring::publicKey);
    this.liarsVerifier = Names.verifier(scenario.verifiers());
    for (SimNodeSpec node : scenario.nodes()) {
      node.agents().forEach(this::list);
    }
    for (int i = 1; i <= scenario.verifiers(); i++) {
      list(Names.verifier(i));
    }
    list(Names.CLIENT);
    list(Names.STRANGER);
    list(Names.OPERATOR);
    list(Names.ROGUE_PLANNER);
    list(Names.ROGUE_WORKER);
    if (scenario.hasEntries()) {
      list(Names.ADMIN);
    }
    this.trust = TrustRegistry.of(roles);
    scenario.keyChanges().forEach(change -> list(KeyChange.second(change.agent())));
  }

  /** What is in force before the first entry of the control chain. */
  TrustState genesis(TrustRegistry listed, Policy policy) {
    TreeMap<PublicKey, String> names = new TreeMap<>();
    keys.forEach((name, key) -> names.put(key.publicKey(), name));
    List<ControlKey> entries =
        listed.keys().stream()
            .map(
                key ->
                    ControlKey.ofTrustFile(
                        names.getOrDefault(key, key.base64()), key, listed.rolesOf(key)))
            .toList();
    return TrustState.genesis(World.SWARM, entries, 1, policy);
  }

  /** Returns the private key of a public key. */
  Optional<SigningKey> find(PublicKey key) {
    return keys.values().stream().filter(one -> one.publicKey().equals(key)).findFirst();
  }

  private void list(String name) {
    roles
        .computeIfAbsent(key(name).publicKey(), key -> EnumSet.noneOf(RoleName.class))
        .add(Names.roleOf(name));
  }

  /** Returns the key of the agent of that name, whether the trust registry lists it or not. */
  SigningKey key(String name) {
    // The lying worker is also a verifier, with the same key.
    String owner = name.equals(Names.LYING_WORKER) ? liarsVerifier : name;
    return keys.computeIfAbsent(
        owner, unknown -> signatures.watch(engine.signingKey(seed(unknown))));
  }

  private static byte[] seed(String name) {
    return Sha256.hash(("a key in simulation: " + name).getBytes(StandardCharsets.UTF_8));
  }

  private static PublicKey publicKey(byte[] seed) {
    return KNOWN.computeIfAbsent(
        Sha256.hex(seed), unknown -> Engines.portable().signingKey(seed).publicKey());
  }

  List<AgentKey> agents(SimNodeSpec node) {
    return node.agents().stream()
        .map(name -> new AgentKey(name, Names.roleOf(name), key(name)))
        .toList();
  }

  SignatureEngine engine() {
    return engine;
  }

  SignatureLog signatures() {
    return signatures;
  }

  TrustRegistry trust() {
    return trust;
  }

  /** Returns the roles of each key, by the key's base64, for the checkers. */
  Map<String, Set<RoleName>> rolesByKey() {
    TreeMap<String, Set<RoleName>> byKey = new TreeMap<>();
    roles.forEach((key, held) -> byKey.put(key.base64(), held));
    return byKey;
  }
}
