package dev.canswarm.pipeline.wiring;

import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;

/** Converts the configured address of PostgreSQL into the adapter's form. */
public final class PostgresAddresses {
  private PostgresAddresses() {}

  /** Returns the address with the password in clear text. */
  public static PostgresPoolSettings.Address of(PostgresEndpoint at) {
    return new PostgresPoolSettings.Address(
        at.host(), at.port(), at.database(), at.user(), at.password().reveal(), at.tls());
  }
}
