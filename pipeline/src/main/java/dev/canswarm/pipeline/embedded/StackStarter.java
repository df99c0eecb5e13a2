package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the three servers concurrently, once. */
final class StackStarter {

  private static final int SERVERS = 3;

  /** The attempts with new ports if a port that was free before is taken when its server starts. */
  private static final int PORT_ATTEMPTS_MAX = 3;

  private final DataDirectory directory;
  private final Ports wanted;
  private final StackSettings settings;
  private final StartListener listener;
  private final FatalExit fatal;
  private final Path logs;
  private final StackSecrets secrets;

  StackStarter(
      DataDirectory directory,
      Ports wanted,
      StackSettings settings,
      StartListener listener,
      FatalExit fatal)
      throws EmbeddedStackException {
    this.directory = directory;
    this.wanted = wanted;
    this.settings = settings;
    this.listener = listener;
    this.fatal = fatal;
    this.logs = directory.resolve("log");
    this.secrets = StackSecrets.ensure(directory);
  }

  EmbeddedStack start(boolean ownsDirectory) throws EmbeddedStackException {
    Ports free = prepare();
    ExecutorService starters =
        Executors.newFixedThreadPool(
            SERVERS,
            task -> {
              Thread thread = new Thread(task, "swarm-stack-start");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Future<KafkaBroker> kafka = starters.submit(() -> kafka(free));
      Future<SupervisedServer> postgres = starters.submit(() -> postgres(free.postgres()));
      Future<SupervisedServer> redis = starters.submit(() -> redis(free.redis()));
      return join(ownsDirectory, Start.of(kafka), Start.of(postgres), Start.of(redis));
    } finally {
      starters.shutdownNow();
    }
  }

  /** Starts only those servers, one after another. */
  SelectedServers startOnly(Set<ServerKind> kinds) throws EmbeddedStackException {
    Ports free = prepare();
    SelectedServers servers = new SelectedServers(secrets);
    boolean started = false;
    try {
      if (kinds.contains(ServerKind.POSTGRES)) {
        SupervisedServer postgres = postgres(free.postgres());
        servers.add(ServerKind.POSTGRES, postgres.port(), postgres);
      }
      if (kinds.contains(ServerKind.KAFKA)) {
        KafkaBroker kafka = kafka(free);
        servers.addKafka(kafka);
      }
      if (kinds.contains(ServerKind.REDIS)) {
        SupervisedServer redis = redis(free.redis());
        servers.add(ServerKind.REDIS, redis.port(), redis);
      }
      started = true;
      return servers;
    } finally {
      if (!started) {
        servers.close();
      }
    }
  }

  private Ports prepare() throws EmbeddedStackException {
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE, "cannot write " + logs + " (" + e + "); pass another --data", e);
    }
    Orphans.stopAll(directory.root()); // before checking the ports, which orphans may occupy
    return FreePorts.choose(wanted);
  }

  private EmbeddedStack join(
      boolean ownsDirectory,
      Start<KafkaBroker> kafka,
      Start<SupervisedServer> postgres,
      Start<SupervisedServer> redis)
      throws EmbeddedStackException {
    if (kafka.server() != null && postgres.server() != null && redis.server() != null) {
      return new EmbeddedStack(
          directory, ownsDirectory, secrets, kafka.server(), postgres.server(), redis.server());
    }
    EmbeddedStackException failure = null;
    for (Start<?> start : List.of(kafka, redis, postgres)) {
      start.closeQuietly();
      if (start.failure() != null) {
        if (failure == null) {
          failure = start.failure();
        } else {
          failure.addSuppressed(start.failure());
        }
      }
    }
    throw Objects.requireNonNull(failure, "a server that did not start says why");
  }

  private SupervisedServer postgres(int free) throws EmbeddedStackException {
    PostgresServer server = PostgresServer.prepare(directory, logs, settings, secrets, listener);
    return onFreePort(
        ServerKind.POSTGRES, wanted.postgres(), free, port -> () -> server.launch(port));
  }

  private SupervisedServer redis(int free) throws EmbeddedStackException {
    RedisServer server = RedisServer.prepare(directory, logs, settings, secrets);
    return onFreePort(ServerKind.REDIS, wanted.redis(), free, port -> () -> server.launch(port));
  }

  private SupervisedServer onFreePort(
      ServerKind kind, int asked, int free, IntFunction<SupervisedServer.Launcher> launcherOn)
      throws EmbeddedStackException {
    int port = free;
    for (int attempt = 1; ; attempt++) {
      try {
        return SupervisedServer.start(
            kind, port, launcherOn.apply(port), listener, detail -> fatal.report(kind, detail));
      } catch (EmbeddedStackException e) {
        if (asked != Ports.ANY || !mayRetry(e, attempt)) {
          throw e;
        }
        port = FreePorts.any();
      }
    }
  }

  private KafkaBroker kafka(Ports free) throws EmbeddedStackException {
    Ports ports = free;
    for (int attempt = 1; ; attempt++) {
      try {
        KafkaBroker broker =
            KafkaBroker.start(
                directory,
                logs,
                ports,
                settings,
                secrets,
                detail -> fatal.report(ServerKind.KAFKA, detail));
        listener.ready(ServerKind.KAFKA, broker.port());
        return broker;
      } catch (EmbeddedStackException e) {
        boolean anyAsked =
            wanted.kafka() == Ports.ANY
                || wanted.kafkaSasl() == Ports.ANY
                || wanted.kafkaController() == Ports.ANY;
        if (!anyAsked || !mayRetry(e, attempt)) {
          throw e;
        }
        ports = FreePorts.choose(wanted);
      }
    }
  }

  private static boolean mayRetry(EmbeddedStackException failure, int attempt) {
    return failure.kind() == Kind.PORT_TAKEN && attempt < PORT_ATTEMPTS_MAX;
  }

  /** The outcome of one server's start: exactly one component is null. */
  private record Start<T extends AutoCloseable>(
      @Nullable T server, @Nullable EmbeddedStackException failure) {

    private static final Logger LOG = LoggerFactory.getLogger(StackStarter.class);

    /** Waits for the outcome. Every server bounds its start by a timeout. */
    static <T extends AutoCloseable> Start<T> of(Future<T> future) {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return new Start<>(future.get(), null);
          } catch (InterruptedException e) {
            interrupted = true;
          } catch (ExecutionException e) {
            return new Start<>(null, typed(e.getCause()));
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static EmbeddedStackException typed(@Nullable Throwable cause) {
      return cause instanceof EmbeddedStackException known
          ? known
          : new EmbeddedStackException(Kind.SERVER_FAILED, "unexpected: " + cause, cause);
    }

    void closeQuietly() {
      if (server != null) {
        try {
          server.close();
        } catch (Exception e) {
          LOG.warn("a server did not stop after another one had failed", e);
        }
      }
    }
  }
}
