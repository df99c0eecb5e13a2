package dev.canswarm.pipeline.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the servers are set up.
 *
 * @param messageBytesMax the largest record batch that Kafka takes, in bytes; above what the topics
 *     allow, since dead letters carry the original and their headers
 * @param postgresConnectionsMax connections that PostgreSQL accepts
 * @param startMillisMax how long one server may take to start, in milliseconds
 * @param binaryCache a directory, shared by all data directories of this user, for the unpacked
 *     binaries; empty: unpack into each data directory
 */
public record StackSettings(
    int messageBytesMax,
    int postgresConnectionsMax,
    long startMillisMax,
    Optional<Path> binaryCache) {

  /** Twice what an envelope may have, so that its dead letter fits. */
  public static final int DEFAULT_MESSAGE_BYTES_MAX = 2 * 1024 * 1024;

  /** Pools of several processes and a person with psql. */
  public static final int DEFAULT_POSTGRES_CONNECTIONS_MAX = 100;

  /** Covers unpacking and crash recovery on a slow disk. */
  public static final long DEFAULT_START_MILLIS_MAX = 90_000;

  /**
   * @throws IllegalArgumentException when a bound is not positive
   */
  public StackSettings {
    if (messageBytesMax <= 0 || postgresConnectionsMax <= 0 || startMillisMax <= 0) {
      throw new IllegalArgumentException(
          "bounds must be positive: messageBytesMax=%d postgresConnectionsMax=%d startMillisMax=%d"
              .formatted(messageBytesMax, postgresConnectionsMax, startMillisMax));
    }
  }

  /** The defaults, with the binaries under this user's cache directory. */
  public static StackSettings defaults() {
    return new StackSettings(
        DEFAULT_MESSAGE_BYTES_MAX,
        DEFAULT_POSTGRES_CONNECTIONS_MAX,
        DEFAULT_START_MILLIS_MAX,
        userCache(System.getenv(), System.getProperty("user.home", "")));
  }

  /** The same settings with another limit for Kafka's record batches. */
  public StackSettings withMessageBytesMax(int bytes) {
    return new StackSettings(bytes, postgresConnectionsMax, startMillisMax, binaryCache);
  }

  /** The same settings with the binaries elsewhere. */
  public StackSettings withBinaryCache(Optional<Path> cache) {
    return new StackSettings(messageBytesMax, postgresConnectionsMax, startMillisMax, cache);
  }

  /**
   * {@code $XDG_CACHE_HOME/can-swarm}, or {@code ~/.cache/can-swarm}; a relative one is ignored.
   */
  static Optional<Path> userCache(Map<String, String> environment, String home) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = xdg.isEmpty() ? Path.of(home, ".cache") : Path.of(xdg);
    return base.isAbsolute() ? Optional.of(base.resolve("can-swarm")) : Optional.empty();
  }
}
