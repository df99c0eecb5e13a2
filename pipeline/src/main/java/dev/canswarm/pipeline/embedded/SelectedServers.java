package dev.canswarm.pipeline.embedded;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subset of a data directory's servers, for programs that only read the data that a stack left.
 * Not thread-safe.
 */
public final class SelectedServers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SelectedServers.class);

  private final Map<ServerKind, Integer> ports = new EnumMap<>(ServerKind.class);
  private final ArrayDeque<AutoCloseable> running = new ArrayDeque<>();

  private final StackSecrets secrets;
  private int kafkaSaslPort = Ports.ANY;

  SelectedServers(StackSecrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Starts these servers on free ports of 127.0.0.1. Blocks until all of them accept connections.
   * If one fails, the started ones are stopped.
   *
   * @param directory the caller opens it, and closes it after the servers
   * @throws EmbeddedStackException of any kind except those about the directory; the message is for
   *     the user
   */
  public static SelectedServers start(
      Set<ServerKind> kinds,
      DataDirectory directory,
      StackSettings settings,
      StartListener listener)
      throws EmbeddedStackException {
    FatalExit fatal = FatalExit.ofJvm(listener);
    return new StackStarter(directory, Ports.anyFree(), settings, listener, fatal).startOnly(kinds);
  }

  /** Whether the server has run on the data directory before. Changes nothing. */
  public static boolean hasRun(ServerKind kind, Path dataDir) {
    return switch (kind) {
      case KAFKA -> Files.isDirectory(dataDir.resolve(KafkaBroker.DIRECTORY).resolve("logs"));
      case POSTGRES -> Files.isDirectory(dataDir.resolve(PostgresServer.DIRECTORY).resolve("data"));
      case REDIS -> Files.isDirectory(dataDir.resolve(RedisServer.DIRECTORY));
    };
  }

  void add(ServerKind kind, int port, AutoCloseable server) {
    ports.put(kind, port);
    running.push(server);
  }

  /**
   * Returns the port of one of the servers.
   *
   * @throws IllegalArgumentException if that server was not requested
   */
  public int port(ServerKind kind) {
    Integer port = ports.get(kind);
    if (port == null) {
      throw new IllegalArgumentException(kind.label() + " was not started, only " + ports);
    }
    return port;
  }

  /**
   * Returns where and how the pipeline's user logs in to Kafka.
   *
   * @throws IllegalArgumentException if that server was not requested
   */
  public KafkaEndpoint kafka() {
    if (kafkaSaslPort == Ports.ANY) {
      throw new IllegalArgumentException("kafka was not started, only " + ports);
    }
    return secrets.kafka(KafkaUser.PIPELINE, kafkaSaslPort);
  }

  void addKafka(KafkaBroker kafka) {
    add(ServerKind.KAFKA, kafka.port(), kafka);
    kafkaSaslPort = kafka.saslPort();
  }

  /**
   * Returns where and how to log in to PostgreSQL.
   *
   * @throws IllegalArgumentException if that server was not requested
   */
  public PostgresEndpoint postgres(PostgresRole role) {
    return secrets.postgres(role, port(ServerKind.POSTGRES));
  }

  /** Stops the servers in reverse order. Idempotent. */
  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        LOG.warn("a server did not stop in order", e);
      }
    }
  }
}
