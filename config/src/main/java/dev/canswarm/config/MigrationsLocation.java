package dev.canswarm.config;

/** Where the SQL migrations are, for PostgreSQL 15 and later. */
public final class MigrationsLocation {
  /** As Flyway wants it. */
  public static final String FLYWAY = "classpath:db/migration";

  private MigrationsLocation() {}
}
