package dev.canswarm.control;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.RoleName;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A key at one head of the control chain.
 *
 * @param name of the agent whose key it is, or was last
 * @param roles that it has, or had last
 * @param since number of the entry since which it has this status; 0 since the trust file
 */
public record ControlKey(
    String name, PublicKey key, Set<RoleName> roles, KeyStatus status, long since) {

  public ControlKey {
    EnumSet<RoleName> copy = EnumSet.noneOf(RoleName.class);
    copy.addAll(roles);
    roles = Collections.unmodifiableSet(copy);
  }

  /** A key of the trust file that is in force. */
  public static ControlKey ofTrustFile(String name, PublicKey key, Set<RoleName> roles) {
    return new ControlKey(name, key, roles, KeyStatus.IN_FORCE, 0);
  }

  /** A key of the trust file that is in force no more, or not yet. */
  public static ControlKey ofTrustFileRetired(String name, PublicKey key, Set<RoleName> roles) {
    return new ControlKey(name, key, roles, KeyStatus.RETIRED, 0);
  }

  /** Whether it has its roles. */
  public boolean isInForce() {
    return status == KeyStatus.IN_FORCE;
  }

  ControlKey with(Set<RoleName> others) {
    return new ControlKey(name, key, others, status, since);
  }

  ControlKey become(KeyStatus next, long number) {
    return new ControlKey(name, key, roles, next, number);
  }
}
