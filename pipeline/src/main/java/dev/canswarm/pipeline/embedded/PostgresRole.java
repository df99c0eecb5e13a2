package dev.canswarm.pipeline.embedded;

/** The roles of the embedded PostgreSQL. Each has a random password of its own. */
public enum PostgresRole {
  /** Owns the server; for its administrator. Nothing of ours logs in with it. */
  SUPERUSER("postgres"),

  /** Owns the tables and migrates them. */
  OWNER("swarm_owner"),

  /** The pipeline and the commands: inserts into the op-log and reads it, and cannot change it. */
  PIPELINE("swarm_pipeline");

  private final String user;

  PostgresRole(String user) {
    this.user = user;
  }

  /** Returns the name to log in with. */
  public String user() {
    return user;
  }
}
