package dev.canswarm.pipeline.wiring;

import dev.canswarm.policy.RoleName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the roles of a process into the client id of its Kafka consumer, where {@code ./swarm
 * status} reads them: their labels in the order of {@link RoleName}, separated by commas.
 */
public final class ClientRoles {
  private static final String SEPARATOR = ",";

  private ClientRoles() {}

  /** Returns the client id of a process that plays these roles. */
  static String clientId(Collection<RoleName> roles) {
    return roles.stream()
        .sorted()
        .distinct()
        .map(RoleName::label)
        .collect(Collectors.joining(SEPARATOR));
  }

  /**
   * Returns the roles that a client id names. Labels that are not a role are ignored, since other
   * programs choose their client ids freely.
   */
  public static Set<RoleName> of(String clientId) {
    EnumSet<RoleName> roles = EnumSet.noneOf(RoleName.class);
    Arrays.stream(clientId.split(SEPARATOR))
        .map(RoleName::ofLabel)
        .flatMap(Optional::stream)
        .forEach(roles::add);
    return Collections.unmodifiableSet(roles);
  }
}
