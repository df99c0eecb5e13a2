package dev.canswarm.pipeline.sim.check;

import dev.canswarm.envelope.Kind;
import dev.canswarm.policy.Role;
import java.util.Map;
import java.util.Set;

/**
 * What the checkers judge by, told them when the run is set up.
 *
 * @param k accepting votes that a result needs at least
 * @param kMax most that a NEED may ask for
 * @param inFlightMax records that a process may hold
 * @param roles base64 of a public key to what it is listed for
 */
public record Terms(int k, int kMax, int inFlightMax, Map<String, Set<Role>> roles) {
  boolean maySay(String sender, Kind kind) {
    Set<Role> held = roles.getOrDefault(sender, Set.of());
    return switch (kind) {
      case NEED -> held.contains(Role.CLIENT) || held.contains(Role.GATEWAY);
      case PROPOSE -> held.contains(Role.PLANNER);
      case DECIDE -> held.contains(Role.DECIDER);
      case CLAIM, COMMIT, YIELD -> held.contains(Role.WORKER);
      case ATTEST -> held.contains(Role.VERIFIER);
      case RELEASE, FINALIZE -> held.contains(Role.COORDINATOR);
    };
  }

  boolean isVerifier(String sender) {
    return roles.getOrDefault(sender, Set.of()).contains(Role.VERIFIER);
  }
}
