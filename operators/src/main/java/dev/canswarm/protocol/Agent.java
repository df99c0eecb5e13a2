package dev.canswarm.protocol;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.RoleName;

/** A logical agent: a name, a role, a key. It may run in any process that has the key. */
public record Agent(String name, RoleName role, PublicKey key) {}
