package dev.canswarm.simulation.scenario;

import dev.canswarm.policy.RoleName;
import java.util.List;
import java.util.Locale;

/** Names of agents; a name begins with its role. */
public final class Names {
  public static final String GATEWAY = "gateway";
  public static final String CLIENT = "client";
  public static final String OPERATOR = "operator";
  public static final String ADMIN = "admin";
  public static final String PLANNER = "planner";
  public static final String DECIDER = "decider";
  public static final String WORKER = "worker";
  public static final String VERIFIER = "verifier";
  public static final String COORDINATOR = "coordinator";

  /** A client that cancels NEEDs of others: its key is listed, but it signed none. */
  public static final String STRANGER = "client-stranger";

  /** A dishonest planner: its key is listed, but no process has it. */
  public static final String ROGUE_PLANNER = "planner-rogue";

  /** A dishonest worker: its key is listed, but no process has it. */
  public static final String ROGUE_WORKER = "worker-rogue";

  /** A worker with the key of the last verifier, in a process that lies. */
  public static final String LYING_WORKER = "worker-liar";

  private Names() {}

  /** Returns the name of the n-th verifier, from 1. */
  public static String verifier(int number) {
    return VERIFIER + "-" + number;
  }

  /** Returns the role with which a name begins. */
  public static RoleName roleOf(String name) {
    int dash = name.indexOf('-');
    String role = dash < 0 ? name : name.substring(0, dash);
    return RoleName.valueOf(role.toUpperCase(Locale.ROOT));
  }

  /** Returns the names of an honest swarm's agents without the verifiers. */
  public static List<String> core() {
    return List.of(GATEWAY, PLANNER, DECIDER, WORKER, COORDINATOR);
  }
}
