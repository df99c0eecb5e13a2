package dev.canswarm.pipeline.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the embedded servers.
 *
 * @param messageBytesMax the largest record batch that Kafka accepts, in bytes; larger than the
 *     topics' limit, since dead letters contain the original record and further headers
 * @param postgresConnectionsMax the most connections that PostgreSQL accepts
 * @param startMillisMax the longest start of one server, in milliseconds
 * @param binaryCache the directory for unpacked binaries, shared by all data directories of this
 *     user; empty unpacks into each data directory
 */
public record StackSettings(
    int messageBytesMax,
    int postgresConnectionsMax,
    long startMillisMax,
    Optional<Path> binaryCache) {

  /** Twice the size limit of an envelope, so that its dead letter fits. */
  public static final int DEFAULT_MESSAGE_BYTES_MAX = 2 * 1024 * 1024;

  /** Enough for the pools of several processes and a psql session. */
  public static final int DEFAULT_POSTGRES_CONNECTIONS_MAX = 100;

  /** Covers unpacking and crash recovery on a slow disk. */
  public static final long DEFAULT_START_MILLIS_MAX = 90_000;

  /**
   * @throws IllegalArgumentException if a bound is not positive
   */
  public StackSettings {
    if (messageBytesMax <= 0 || postgresConnectionsMax <= 0 || startMillisMax <= 0) {
      throw new IllegalArgumentException(
          "bounds must be positive: messageBytesMax=%d postgresConnectionsMax=%d startMillisMax=%d"
              .formatted(messageBytesMax, postgresConnectionsMax, startMillisMax));
    }
  }

  /** The cache of root, whose own home directory the servers' users cannot enter. */
  static final Path SYSTEM_CACHE = Path.of("/var/cache");

  /** Returns the defaults, with the binaries in this user's cache directory. */
  public static StackSettings defaults() {
    return new StackSettings(
        DEFAULT_MESSAGE_BYTES_MAX,
        DEFAULT_POSTGRES_CONNECTIONS_MAX,
        DEFAULT_START_MILLIS_MAX,
        userCache(System.getenv(), System.getProperty("user.home", ""), ServerUser.isRoot()));
  }

  /** Returns these settings with another size limit of Kafka's record batches, in bytes. */
  public StackSettings withMessageBytesMax(int bytes) {
    return new StackSettings(bytes, postgresConnectionsMax, startMillisMax, binaryCache);
  }

  /** Returns these settings with another directory for the binaries. */
  public StackSettings withBinaryCache(Optional<Path> cache) {
    return new StackSettings(messageBytesMax, postgresConnectionsMax, startMillisMax, cache);
  }

  /**
   * Returns {@code $XDG_CACHE_HOME/can-swarm}, or {@code ~/.cache/can-swarm}, or for root {@code
   * /var/cache/can-swarm}. Ignores a relative path in the variable.
   */
  static Optional<Path> userCache(Map<String, String> environment, String home, boolean isRoot) {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path usual = isRoot ? SYSTEM_CACHE : Path.of(home, ".cache");
    Path base = xdg.isEmpty() ? usual : Path.of(xdg);
    return base.isAbsolute() ? Optional.of(base.resolve("can-swarm")) : Optional.empty();
  }
}
