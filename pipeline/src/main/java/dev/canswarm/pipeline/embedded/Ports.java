package dev.canswarm.pipeline.embedded;

/**
 * The TCP ports on 127.0.0.1 of the servers.
 *
 * @param kafka the broker's port for clients without a login
 * @param kafkaSasl the broker's port for clients that log in
 * @param kafkaController the port of the broker's KRaft controller, which clients do not use
 * @param postgres the port of PostgreSQL
 * @param redis the port of Redis
 */
public record Ports(int kafka, int kafkaSasl, int kafkaController, int postgres, int redis) {

  /** Requests any free port. */
  public static final int ANY = 0;

  private static final int PORT_MAX = 65_535;

  /**
   * @throws IllegalArgumentException if a port is outside 0..65535
   */
  public Ports {
    check("kafka", kafka);
    check("kafkaSasl", kafkaSasl);
    check("kafkaController", kafkaController);
    check("postgres", postgres);
    check("redis", redis);
  }

  /** Returns ports that request any free port for every server. */
  public static Ports anyFree() {
    return new Ports(ANY, ANY, ANY, ANY, ANY);
  }

  private static void check(String name, int port) {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException(
          name + " port: expected 0 (any free one) to " + PORT_MAX + ", got " + port);
    }
  }
}
