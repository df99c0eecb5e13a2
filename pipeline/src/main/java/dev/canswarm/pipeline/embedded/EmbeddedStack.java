package dev.canswarm.pipeline.embedded;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.PostgresEndpoint;
import dev.canswarm.config.Secret;
import java.nio.file.Path;
import java.util.List;

/**
 * Kafka, PostgreSQL and Redis on one data directory, listening on 127.0.0.1, from {@link #start} to
 * {@link #close}. Their data survives any end of this process; the servers do not. Call {@code
 * close} when the program ends: the stack registers no shutdown hook. Thread-safe.
 */
public final class EmbeddedStack implements AutoCloseable {

  /** The database that exists from the start. */
  public static final String POSTGRES_DATABASE = "postgres";

  /** The exit status of the JVM when a server has failed for good. */
  public static final int EXIT_STATUS_ENVIRONMENT = 3;

  private static final String HOST = "127.0.0.1";

  private final DataDirectory directory;
  private final boolean ownsDirectory;
  private final StackSecrets secrets;
  private final KafkaBroker kafka;
  private final SupervisedServer postgres;
  private final SupervisedServer redis;
  private boolean closed;

  EmbeddedStack(
      DataDirectory directory,
      boolean ownsDirectory,
      StackSecrets secrets,
      KafkaBroker kafka,
      SupervisedServer postgres,
      SupervisedServer redis) {
    this.directory = directory;
    this.ownsDirectory = ownsDirectory;
    this.secrets = secrets;
    this.kafka = kafka;
    this.postgres = postgres;
    this.redis = redis;
  }

  /**
   * Opens the data directory and starts the three servers concurrently with the default settings.
   * Returns once all of them accept connections. Stops servers that an earlier process left behind
   * first. If one server fails, the others are stopped and the directory is released. Blocks.
   *
   * @param dataDir created if it is missing
   * @param ports checked before anything starts
   * @param progress called on the stack's threads
   * @throws EmbeddedStackException of any kind; the message is for the user
   */
  public static EmbeddedStack start(Path dataDir, Ports ports, StartListener progress)
      throws EmbeddedStackException {
    DataDirectory directory = DataDirectory.open(dataDir);
    boolean started = false;
    try {
      FatalExit fatal = FatalExit.ofJvm(progress);
      EmbeddedStack stack =
          new StackStarter(directory, ports, StackSettings.defaults(), progress, fatal).start(true);
      started = true;
      return stack;
    } finally {
      if (!started) {
        directory.close();
      }
    }
  }

  /**
   * Does the same on a directory that the caller has opened, and must close after the stack.
   *
   * @throws EmbeddedStackException of any kind except those about the directory; the message is for
   *     the user
   */
  public static EmbeddedStack start(
      DataDirectory directory, Ports ports, StackSettings settings, StartListener progress)
      throws EmbeddedStackException {
    FatalExit fatal = FatalExit.ofJvm(progress);
    return new StackStarter(directory, ports, settings, progress, fatal).start(false);
  }

  /** Returns the addresses of the servers, which do not change until {@link #close}. */
  public Endpoints endpoints() {
    return new Endpoints(HOST + ":" + kafka.port(), HOST, postgres.port(), HOST, redis.port());
  }

  /** Returns where and how to log in to PostgreSQL. */
  public PostgresEndpoint postgres(PostgresRole role) {
    return secrets.postgres(role, postgres.port());
  }

  /** Returns all ports on which the broker listens. */
  List<Integer> kafkaPorts() {
    return kafka.ports();
  }

  /** Returns the broker's port for clients that log in. */
  public int kafkaSaslPort() {
    return kafka.saslPort();
  }

  /** Returns where and how to log in to Kafka. */
  public KafkaEndpoint kafka(KafkaUser user) {
    return secrets.kafka(user, kafka.saslPort());
  }

  /** Returns the URL of Redis with the login. */
  public Secret redisUrl(RedisUser user) {
    return secrets.redis(user, redis.port());
  }

  /** Returns the data directory as an absolute path without symbolic links. */
  public Path dataDir() {
    return directory.root();
  }

  /** Returns the control of the broker. */
  public ServerControl kafka() {
    return kafka;
  }

  /** Returns the control of PostgreSQL. */
  public ChildControl postgres() {
    return postgres;
  }

  /** Returns the control of Redis. */
  public ChildControl redis() {
    return redis;
  }

  /**
   * Stops Kafka, Redis and PostgreSQL in this order, and releases the directory if {@link
   * #start(Path, Ports, StartListener)} opened it. Each server has at most 20 seconds; a child
   * process that does not stop in time is killed. Blocks. Idempotent: a second call waits for the
   * first.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      kafka.close();
    } finally {
      try {
        redis.close();
      } finally {
        try {
          postgres.close();
        } finally {
          if (ownsDirectory) {
            directory.close();
          }
        }
      }
    }
  }
}
