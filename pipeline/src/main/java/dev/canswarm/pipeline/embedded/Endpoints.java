package dev.canswarm.pipeline.embedded;

/**
 * The addresses of the running servers. {@link EmbeddedStack} has the logins.
 *
 * @param kafkaBootstrap {@code host:port}, for {@code bootstrap.servers}
 * @param postgresHost the host of PostgreSQL
 * @param postgresPort the port of PostgreSQL
 * @param redisHost the host of Redis
 * @param redisPort the port of Redis
 */
public record Endpoints(
    String kafkaBootstrap,
    String postgresHost,
    int postgresPort,
    String redisHost,
    int redisPort) {}
