package dev.canswarm.config;

/** The location of the SQL migrations, which need PostgreSQL 15 or later. */
public final class MigrationsLocation {
  /** The class path location in Flyway's notation. */
  public static final String FLYWAY = "classpath:db/migration";

  /** The class path resource with the rights of the pipeline's role. */
  public static final String GRANTS = "/db/grants.sql";

  private MigrationsLocation() {}
}
