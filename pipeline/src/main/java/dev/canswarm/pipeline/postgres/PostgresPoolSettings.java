package dev.canswarm.pipeline.postgres;

import dev.canswarm.config.PostgresTls;

/**
 * The address of PostgreSQL and the limits of its use.
 *
 * @param connectionsMax the most connections of one store, at least 1
 * @param statementTimeoutMillis the longest time for one statement, and for obtaining a connection,
 *     in milliseconds; at least 1
 */
public record PostgresPoolSettings(
    Address address, int connectionsMax, int statementTimeoutMillis) {

  /**
   * A database, and the user who connects to it.
   *
   * @param password empty if the server requires none
   * @param tls how the link is protected
   */
  public record Address(
      String host, int port, String database, String user, String password, PostgresTls tls) {
    /** Creates the address of a server without TLS. */
    public Address(String host, int port, String database, String user, String password) {
      this(host, port, database, user, password, PostgresTls.NONE);
    }

    /** Returns the address without the password. */
    @Override
    public String toString() {
      return user + "@" + host + ":" + port + "/" + database;
    }
  }

  public PostgresPoolSettings {
    atLeastOne("connectionsMax", connectionsMax);
    atLeastOne("statementTimeoutMillis", statementTimeoutMillis);
  }

  /** Returns the same with another most of connections. */
  public PostgresPoolSettings withConnections(int most) {
    return new PostgresPoolSettings(address, most, statementTimeoutMillis);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("expected " + name + " of at least 1, got " + value);
    }
  }

  /** Returns the address without the password. */
  @Override
  public String toString() {
    return address.toString();
  }
}
