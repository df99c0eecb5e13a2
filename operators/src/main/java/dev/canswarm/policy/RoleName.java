package dev.canswarm.policy;

import dev.canswarm.envelope.Verb;
import java.util.Locale;
import java.util.Optional;

/** The roles that a trust file may list a key for. */
public enum RoleName {
  /** Proposes plans for NEEDs. */
  PLANNER,
  /** Decides which plan a NEED follows. */
  DECIDER,
  /** Claims tasks, runs them and commits their artifacts. */
  WORKER,
  /** Votes on artifacts and on plans. */
  VERIFIER,
  /** Counts votes, releases tasks and ends NEEDs. */
  COORDINATOR,
  /** Signs NEEDs that came in without an envelope. */
  GATEWAY,
  /** Signs its own NEEDs. */
  CLIENT,
  /** Cancels NEEDs of others. */
  OPERATOR,
  /** Changes keys, roles and policies. */
  ADMIN,
  /** Signs the checkpoints of an audit log. */
  NODE;

  /** The name in files and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that label, or empty. */
  public static Optional<RoleName> ofLabel(String label) {
    for (RoleName role : values()) {
      if (role.label().equals(label)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  /** Whether the {@link Chain} lets a sender of this role say that verb. */
  public boolean maySend(Verb verb) {
    return Chain.of(verb).saidBy().contains(this);
  }
}
