package dev.canswarm.pipeline.sim;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.sim.check.Signed;
import dev.canswarm.pipeline.sim.scenario.Names;
import dev.canswarm.pipeline.sim.scenario.NodeSpec;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import dev.canswarm.pipeline.wiring.AgentKey;
import dev.canswarm.policy.Role;
import dev.canswarm.policy.TrustRegistry;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Everybody's keys in one run: those of processes, of producers, and of the dishonest. */
final class Cast {
  /** A key's seed decides its public half, so it is worked out once for all runs. */
  private static final Map<String, PublicKey> KNOWN = new ConcurrentHashMap<>();

  private final SignatureEngine engine;
  private final Signed signed = new Signed();
  private final Map<String, SigningKey> keys = new HashMap<>();
  private final TreeMap<PublicKey, Set<Role>> roles = new TreeMap<>();
  private final TrustRegistry trust;
  private final String liarsVerifier;

  Cast(Scenario scenario) {
    this.engine =
        scenario.realKeys() ? Engines.fastest().engine() : new KeyedHashEngine(Cast::publicKey);
    this.liarsVerifier = Names.verifier(scenario.verifiers());
    for (NodeSpec node : scenario.nodes()) {
      node.agents().forEach(this::list);
    }
    for (int i = 1; i <= scenario.verifiers(); i++) {
      list(Names.verifier(i));
    }
    list(Names.CLIENT);
    list(Names.ROGUE_PLANNER);
    list(Names.ROGUE_WORKER);
    this.trust = TrustRegistry.of(roles);
  }

  private void list(String name) {
    roles
        .computeIfAbsent(key(name).publicKey(), key -> EnumSet.noneOf(Role.class))
        .add(Names.roleOf(name));
  }

  /** The key of a name, listed or not. */
  SigningKey key(String name) {
    // The worker that lies is a verifier too, with the same key.
    String owner = name.equals(Names.LYING_WORKER) ? liarsVerifier : name;
    return keys.computeIfAbsent(owner, unknown -> signed.watch(engine.signingKey(seed(unknown))));
  }

  private static byte[] seed(String name) {
    return Sha256.hash(("a key in simulation: " + name).getBytes(StandardCharsets.UTF_8));
  }

  private static PublicKey publicKey(byte[] seed) {
    return KNOWN.computeIfAbsent(
        Sha256.hex(seed), unknown -> Engines.portable().signingKey(seed).publicKey());
  }

  List<AgentKey> agents(NodeSpec node) {
    return node.agents().stream()
        .map(name -> new AgentKey(name, Names.roleOf(name), key(name)))
        .toList();
  }

  SignatureEngine engine() {
    return engine;
  }

  Signed signed() {
    return signed;
  }

  TrustRegistry trust() {
    return trust;
  }

  /** What each key is listed for, by its base64, for the checkers. */
  Map<String, Set<Role>> rolesByKey() {
    TreeMap<String, Set<Role>> byKey = new TreeMap<>();
    roles.forEach((key, held) -> byKey.put(key.base64(), held));
    return byKey;
  }
}
