package dev.canswarm.pipeline.embedded;

/**
 * Where clients reach the running servers.
 *
 * @param kafkaBootstrap {@code host:port}, for {@code bootstrap.servers}
 * @param postgresHost PostgreSQL's host; user and database are {@link EmbeddedStack#POSTGRES_USER}
 *     and {@link EmbeddedStack#POSTGRES_DATABASE}, without a password
 * @param postgresPort PostgreSQL's port
 * @param redisHost Redis's host
 * @param redisPort Redis's port
 */
public record Endpoints(
    String kafkaBootstrap,
    String postgresHost,
    int postgresPort,
    String redisHost,
    int redisPort) {}
