package dev.canswarm.pipeline.embedded;

/**
 * The users of the embedded Redis. Each has a random password of its own; the default user is off.
 */
public enum RedisUser {
  /** The decision gate: the commands and keys that it sends. */
  GATE(
      "swarm",
      "~decide:{* resetchannels -@all +hello +auth +ping +evalsha +eval +type +del +hget +hmget"
          + " +hset"),

  /** For its administrator, by hand: may read and flush. It changes neither settings nor users. */
  OPERATOR(
      "operator",
      "~* resetchannels +@all -@admin -@dangerous -@scripting +info +keys +flushall +restore"
          + " +script|flush");

  private final String user;
  private final String rules;

  RedisUser(String user, String rules) {
    this.user = user;
    this.rules = rules;
  }

  /** Returns the name to log in with. */
  public String user() {
    return user;
  }

  /** Returns the keys and commands that are allowed, as ACL rules. */
  String rules() {
    return rules;
  }
}
