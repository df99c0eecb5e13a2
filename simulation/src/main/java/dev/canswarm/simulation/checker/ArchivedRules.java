package dev.canswarm.simulation.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The trust files and policies that were in force, from the archive table, each by the hash of its
 * canonical form. Not thread-safe while rules are added.
 */
final class ArchivedRules {
  private static final Map<String, Set<String>> SENDERS =
      Map.ofEntries(
          Map.entry("NEED", Set.of("client", "gateway")),
          Map.entry("PROPOSE", Set.of("planner")),
          Map.entry("DECIDE", Set.of("decider")),
          Map.entry("CLAIM", Set.of("worker")),
          Map.entry("COMMIT", Set.of("worker")),
          Map.entry("YIELD", Set.of("worker")),
          Map.entry("ATTEST", Set.of("verifier")),
          Map.entry("RELEASE", Set.of("coordinator")),
          Map.entry("FINALIZE", Set.of("coordinator")),
          Map.entry("CANCEL", Set.of("client", "gateway", "operator")),
          Map.entry("CONTROL", Set.of("admin")));

  private final Map<String, Map<String, Set<String>>> rolesByTrust = new HashMap<>();
  private final Set<String> policies = new HashSet<>();

  void add(String hash, String kind, byte[] bytes, ViolationCollector violations) {
    JsonNode json = Message.json(bytes);
    violations.require(
        Proofs.hex(CanonicalText.of(json)).equals(hash),
        "P6",
        kind + " archived as " + hash + " has another hash");
    if (kind.equals("trust")) {
      Map<String, Set<String>> roles = new HashMap<>();
      json.properties()
          .forEach(
              entry -> {
                Set<String> held = new HashSet<>();
                entry.getValue().forEach(role -> held.add(role.asText()));
                roles.put(entry.getKey(), held);
              });
      rolesByTrust.put(hash, roles);
    } else {
      policies.add(hash);
    }
  }

  boolean isPolicy(String hash) {
    return policies.contains(hash);
  }

  /** Whether any trust file that was in force permits the key to send this verb. */
  boolean maySay(String key, String kind) {
    return rolesByTrust.values().stream()
        .anyMatch(
            roles ->
                roles.getOrDefault(key, Set.of()).stream()
                    .anyMatch(SENDERS.getOrDefault(kind, Set.of())::contains));
  }

  /** Whether any trust file that was in force lists the key as an operator's. */
  boolean isOperator(String key) {
    return rolesByTrust.values().stream()
        .anyMatch(roles -> roles.getOrDefault(key, Set.of()).contains("operator"));
  }

  boolean isVerifier(String trust, String key) {
    return rolesByTrust
        .getOrDefault(trust, Map.of())
        .getOrDefault(key, Set.of())
        .contains("verifier");
  }
}
