package dev.canswarm.protocol;

import dev.canswarm.envelope.Kind;
import dev.canswarm.policy.Role;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The roles that a process plays, by role and by the verbs they say. Immutable. */
public final class VerbRegistry {
  private final Map<Role, Participant> byRole;

  private VerbRegistry(Map<Role, Participant> byRole) {
    this.byRole = byRole;
  }

  /**
   * A registry of these participants.
   *
   * @throws IllegalArgumentException when two play the same role: agents of one role are one
   *     participant
   */
  public static VerbRegistry of(Collection<? extends Participant> participants) {
    EnumMap<Role, Participant> byRole = new EnumMap<>(Role.class);
    for (Participant participant : participants) {
      if (byRole.put(participant.role(), participant) != null) {
        throw new IllegalArgumentException(
            "expected one participant for " + participant.role() + ", got two");
      }
    }
    return new VerbRegistry(Collections.unmodifiableMap(byRole));
  }

  /** All of them, in the order of the roles. */
  public List<Participant> all() {
    return List.copyOf(byRole.values());
  }

  /** Who plays a role here, or empty. */
  public Optional<Participant> playing(Role role) {
    return Optional.ofNullable(byRole.get(role));
  }

  /** Whether somebody here says that verb. */
  public boolean says(Kind kind) {
    return byRole.keySet().stream().anyMatch(role -> role.maySend(kind));
  }
}
