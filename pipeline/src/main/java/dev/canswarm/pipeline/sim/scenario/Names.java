package dev.canswarm.pipeline.sim.scenario;

import dev.canswarm.policy.Role;
import java.util.List;
import java.util.Locale;

/** Names of agents; the name says the role. */
public final class Names {
  public static final String GATEWAY = "gateway";
  public static final String CLIENT = "client";
  public static final String PLANNER = "planner";
  public static final String DECIDER = "decider";
  public static final String WORKER = "worker";
  public static final String VERIFIER = "verifier";
  public static final String COORDINATOR = "coordinator";

  /** A key that is listed as a planner and a worker and is dishonest; no process has it. */
  public static final String ROGUE_PLANNER = "planner-rogue";

  /** Likewise. */
  public static final String ROGUE_WORKER = "worker-rogue";

  /** A worker and a verifier with one key, in a process that lies. */
  public static final String LYING_WORKER = "worker-liar";

  private Names() {}

  /** The n-th verifier, from 1. */
  public static String verifier(int number) {
    return VERIFIER + "-" + number;
  }

  /** The role that a name says. */
  public static Role roleOf(String name) {
    int dash = name.indexOf('-');
    String role = dash < 0 ? name : name.substring(0, dash);
    return Role.valueOf(role.toUpperCase(Locale.ROOT));
  }

  /** The names of the agents of an honest swarm without its verifiers. */
  public static List<String> core() {
    return List.of(GATEWAY, PLANNER, DECIDER, WORKER, COORDINATOR);
  }
}
