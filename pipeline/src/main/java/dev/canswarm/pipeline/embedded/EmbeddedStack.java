package dev.canswarm.pipeline.embedded;

import java.nio.file.Path;

/**
 * Kafka, PostgreSQL and Redis on one data directory, on 127.0.0.1, up from {@link #start} to {@link
 * #close}. What they hold survives any end of this process; the servers themselves do not. Register
 * {@code close} with whatever ends the program: the stack adds no shutdown hook of its own.
 * Thread-safe.
 */
public final class EmbeddedStack implements AutoCloseable {

  /** PostgreSQL's superuser, who needs no password from this machine. */
  public static final String POSTGRES_USER = "postgres";

  /** The database that is there from the start. */
  public static final String POSTGRES_DATABASE = "postgres";

  /** The status with which the JVM exits when a server is lost for good. */
  public static final int EXIT_STATUS_ENVIRONMENT = 3;

  private static final String HOST = "127.0.0.1";

  private final DataDirectory directory;
  private final boolean ownsDirectory;
  private final KafkaBroker kafka;
  private final SupervisedServer postgres;
  private final SupervisedServer redis;
  private boolean closed;

  EmbeddedStack(
      DataDirectory directory,
      boolean ownsDirectory,
      KafkaBroker kafka,
      SupervisedServer postgres,
      SupervisedServer redis) {
    this.directory = directory;
    this.ownsDirectory = ownsDirectory;
    this.kafka = kafka;
    this.postgres = postgres;
    this.redis = redis;
  }

  /**
   * Opens the data directory, starts the three servers at the same time with the default settings,
   * and returns when all accept connections. Servers that an earlier process left behind are
   * stopped first. When one fails, the others are stopped and the directory is released.
   *
   * @param dataDir created where it is missing
   * @param ports each checked before anything starts
   * @param progress hears of it on the stack's threads
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
   * The same on a directory that the caller opened, and closes after the stack.
   *
   * @throws EmbeddedStackException of any kind but the directory's; the message is for the user
   */
  public static EmbeddedStack start(
      DataDirectory directory, Ports ports, StackSettings settings, StartListener progress)
      throws EmbeddedStackException {
    FatalExit fatal = FatalExit.ofJvm(progress);
    return new StackStarter(directory, ports, settings, progress, fatal).start(false);
  }

  /** Where clients reach the servers; the same as long as the stack is up. */
  public Endpoints endpoints() {
    return new Endpoints(HOST + ":" + kafka.port(), HOST, postgres.port(), HOST, redis.port());
  }

  /** The data directory: absolute, symbolic links resolved. */
  public Path dataDir() {
    return directory.root();
  }

  /** Control over the broker alone. */
  public ServerControl kafka() {
    return kafka;
  }

  /** Control over PostgreSQL alone. */
  public ChildControl postgres() {
    return postgres;
  }

  /** Control over Redis alone. */
  public ChildControl redis() {
    return redis;
  }

  /**
   * Stops Kafka, Redis and PostgreSQL in this order and releases the directory if {@link
   * #start(Path, Ports, StartListener)} opened it. Each server is given at most 20 seconds; a child
   * process that does not stop in order is killed. Idempotent: a second call waits for the first.
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
