package dev.canswarm.policy;

import dev.canswarm.envelope.Kind;
import java.util.Locale;
import java.util.Optional;

/** What a key may be listed for in the trust file. */
public enum Role {
  PLANNER,
  DECIDER,
  WORKER,
  VERIFIER,
  COORDINATOR,
  /** Signs NEEDs that came in without an envelope. */
  GATEWAY,
  /** Signs its own NEEDs. */
  CLIENT,
  /** Signs the checkpoints of an audit log. */
  NODE;

  /** The name in files and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that label, or empty. */
  public static Optional<Role> ofLabel(String label) {
    for (Role role : values()) {
      if (role.label().equals(label)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  /** Whether a sender of this role may say that verb. */
  public boolean maySend(Kind kind) {
    return switch (kind) {
      case NEED -> this == GATEWAY || this == CLIENT;
      case PROPOSE -> this == PLANNER;
      case DECIDE -> this == DECIDER;
      case CLAIM, COMMIT, YIELD -> this == WORKER;
      case ATTEST -> this == VERIFIER;
      case RELEASE, FINALIZE -> this == COORDINATOR;
    };
  }
}
