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
 * The roles of a process in the client id of its Kafka consumer, by which {@code ./swarm status}
 * knows them: their labels in the order of {@link RoleName}, with commas.
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
   * Returns the roles that a client id names. Another program may call itself anything: what is no
   * role is left out.
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
