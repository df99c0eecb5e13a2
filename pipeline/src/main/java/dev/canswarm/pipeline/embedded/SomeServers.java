package dev.canswarm.pipeline.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some of a data directory's servers, for whoever only wants to read what a stack left there. For
 * one thread.
 */
public final class SomeServers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SomeServers.class);

  private final Map<ServerKind, Integer> ports = new EnumMap<>(ServerKind.class);
  private final ArrayDeque<AutoCloseable> running = new ArrayDeque<>();

  SomeServers() {}

  /**
   * Starts these on free ports of 127.0.0.1; blocks until all accept connections. What was started
   * is stopped when one fails.
   *
   * @param directory opened by the caller, who closes it after the servers
   * @throws EmbeddedStackException of any kind but the directory's; the message is for the user
   */
  public static SomeServers start(
      Set<ServerKind> kinds,
      DataDirectory directory,
      StackSettings settings,
      StartListener listener)
      throws EmbeddedStackException {
    FatalExit fatal = FatalExit.ofJvm(listener);
    return new StackStarter(directory, Ports.anyFree(), settings, listener, fatal).startOnly(kinds);
  }

  /** Whether that server has run on a data directory before. Leaves everything as it is. */
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
   * Where one of them listens.
   *
   * @throws IllegalArgumentException for one that was not asked for
   */
  public int port(ServerKind kind) {
    Integer port = ports.get(kind);
    if (port == null) {
      throw new IllegalArgumentException(kind.label() + " was not started, only " + ports);
    }
    return port;
  }

  /** Stops them, the last first. Idempotent. */
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
