package dev.canswarm.pipeline.cli.data;

import dev.canswarm.config.AgentSettings;
import dev.canswarm.config.SwarmRole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names and roles of the agents whose keys a data directory holds. */
public final class AgentNames {
  /** Signs the NEEDs of {@code ./swarm need}. */
  public static final String CLIENT = "client";

  /** Cancels NEEDs of every signer. */
  public static final String OPERATOR = "operator";

  /** Changes keys, roles and policies. */
  public static final String ADMIN = "admin";

  /** Signs the audit log of the process that owns the data directory. */
  public static final String FIRST_NODE = "node-1";

  /**
   * Keys for audit logs: of the owner, and of processes that join or commands that publish, at the
   * same time. They are in the trust file from the start, since a DECIDE pins its hash.
   */
  public static final int NODES_MAX = 8;

  private static final String NODE = "node";

  private AgentNames() {}

  /** The agent of that role and number, from 1: {@code verifier-3}. */
  public static String of(SwarmRole role, int number) {
    return role.spelled() + "-" + number;
  }

  /** The node key of that number, from 1. */
  public static String node(int number) {
    return NODE + "-" + number;
  }

  /** Whether a trust file that the settings name may lack this agent. */
  static boolean isOptional(String name) {
    return name.equals(OPERATOR) || name.equals(ADMIN);
  }

  /** Returns all agents that these settings require, with the roles of each. */
  static Map<String, List<String>> all(AgentSettings counts) {
    Map<String, List<String>> agents = new LinkedHashMap<>();
    for (SwarmRole role : SwarmRole.values()) {
      for (int number = 1; number <= counts.of(role); number++) {
        agents.put(of(role, number), List.of(role.spelled()));
      }
    }
    agents.put(CLIENT, List.of(CLIENT));
    agents.put(OPERATOR, List.of(OPERATOR));
    agents.put(ADMIN, List.of(ADMIN));
    for (int number = 1; number <= NODES_MAX; number++) {
      agents.put(node(number), List.of(NODE));
    }
    return agents;
  }
}
