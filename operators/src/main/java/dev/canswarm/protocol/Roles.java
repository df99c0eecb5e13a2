package dev.canswarm.protocol;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The roles that a process plays, by name and by the verbs that they send. Immutable. */
public final class Roles {
  private final Map<RoleName, Role> byRole;
  private final List<Role> all;

  private Roles(Map<RoleName, Role> byRole) {
    this.byRole = byRole;
    this.all = List.copyOf(byRole.values());
  }

  /**
   * A registry of these roles.
   *
   * @throws IllegalArgumentException when two play the same role: all agents of a role act through
   *     one
   */
  public static Roles of(Collection<? extends Role> roles) {
    EnumMap<RoleName, Role> byRole = new EnumMap<>(RoleName.class);
    for (Role role : roles) {
      if (byRole.put(role.name(), role) != null) {
        throw new IllegalArgumentException("expected one " + role.name() + ", got two");
      }
    }
    return new Roles(Collections.unmodifiableMap(byRole));
  }

  /** Returns all roles, in the order of {@link RoleName}. */
  public List<Role> all() {
    return all;
  }

  /** Returns the role with a name; empty if this process does not play it. */
  public Optional<Role> playing(RoleName role) {
    return Optional.ofNullable(byRole.get(role));
  }

  /** Whether a role of this process sends messages of a verb. */
  public boolean says(Verb verb) {
    return byRole.keySet().stream().anyMatch(role -> role.maySend(verb));
  }
}
