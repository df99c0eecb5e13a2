package dev.canswarm.simulation.check;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of the checks, fixed when the run is set up.
 *
 * @param k fewest ACCEPT votes that a result needs
 * @param kMax largest K that a NEED may request
 * @param inFlightMax most unacknowledged records of a process
 * @param roles roles by the base64 of a public key
 * @param ks the same as {@code k} under other policies than the first, by the policy's hash
 */
public record CheckParameters(
    int k, int kMax, int inFlightMax, Map<String, Set<RoleName>> roles, Map<String, Integer> ks) {
  /** The parameters of a swarm with one policy. */
  public CheckParameters(int k, int kMax, int inFlightMax, Map<String, Set<RoleName>> roles) {
    this(k, kMax, inFlightMax, roles, Map.of());
  }

  int kOf(String policy) {
    return ks.getOrDefault(policy, k);
  }

  boolean maySay(String sender, Verb verb) {
    Set<RoleName> held = roles.getOrDefault(sender, Set.of());
    return switch (verb) {
      case NEED -> held.contains(RoleName.CLIENT) || held.contains(RoleName.GATEWAY);
      case PROPOSE -> held.contains(RoleName.PLANNER);
      case DECIDE -> held.contains(RoleName.DECIDER);
      case CLAIM, COMMIT, YIELD -> held.contains(RoleName.WORKER);
      case ATTEST -> held.contains(RoleName.VERIFIER);
      case CANCEL ->
          held.contains(RoleName.CLIENT)
              || held.contains(RoleName.GATEWAY)
              || held.contains(RoleName.OPERATOR);
      case CONTROL -> held.contains(RoleName.ADMIN);
      case RELEASE, FINALIZE -> held.contains(RoleName.COORDINATOR);
    };
  }

  boolean isOperator(String sender) {
    return roles.getOrDefault(sender, Set.of()).contains(RoleName.OPERATOR);
  }

  boolean isVerifier(String sender) {
    return roles.getOrDefault(sender, Set.of()).contains(RoleName.VERIFIER);
  }
}
