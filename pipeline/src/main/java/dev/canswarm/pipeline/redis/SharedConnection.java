package dev.canswarm.pipeline.redis;

import dev.canswarm.config.TrustedCertificates;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A single connection that all callers share; their commands are pipelined. It connects on first
 * use and reconnects by itself. While it is disconnected, commands are refused instead of queued.
 * The connection is replaced after a series of consecutive timeouts: without that, a peer that
 * vanished without closing would block it until TCP gives up after about 15 minutes. Thread-safe.
 */
final class SharedConnection {
  private static final Duration RECONNECT_MIN = Duration.ofMillis(10);
  private static final Duration RECONNECT_MAX = Duration.ofSeconds(1);
  private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(2);

  /** The number of consecutive timeouts after which the connection counts as dead. */
  private static final int TIMEOUTS_MAX = 16;

  /** Bounds the client's buffers: the command of a record has about 500 bytes. */
  private static final int PIPELINE_COMMANDS_MAX = 512;

  /** Commands that timed out stay in the client's queue until answered, so it gets some room. */
  private static final int QUEUE_FACTOR = 2;

  private static final String TLS_SCHEME = "rediss";

  /** The parameter of the URI that names a file of PEM certificates. */
  private static final String ROOT_CERTIFICATE = "sslrootcert=";

  private final int callsMax;
  private final AtomicInteger calls = new AtomicInteger();
  private final RedisClient client;
  private final Mono<OpenConnection> current;

  private static final class OpenConnection {
    private final StatefulRedisConnection<String, String> connection;
    private final AtomicInteger timeouts = new AtomicInteger();

    private OpenConnection(StatefulRedisConnection<String, String> connection) {
      this.connection = connection;
    }

    private boolean isDead() {
      return timeouts.get() >= TIMEOUTS_MAX;
    }

    private void answered() {
      if (timeouts.get() < TIMEOUTS_MAX) {
        timeouts.set(0);
      }
    }

    private void timedOut() {
      if (timeouts.incrementAndGet() == TIMEOUTS_MAX) {
        var unused = connection.closeAsync();
      }
    }
  }

  /**
   * @param resources threads and timers that any number of connections may share; their owner shuts
   *     them down
   */
  SharedConnection(RedisClientSettings settings, ClientResources resources) {
    Duration timeout = Duration.ofMillis(settings.timeoutMillis());
    callsMax = settings.callsMax();
    RedisURI uri = RedisURI.create(settings.uri());
    uri.setTimeout(timeout);
    client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .sslOptions(ssl(settings.uri()))
            .autoReconnect(true)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(callsMax * QUEUE_FACTOR)
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(timeout)
                    .keepAlive(true)
                    .tcpNoDelay(true)
                    .build())
            .timeoutOptions(TimeoutOptions.enabled(timeout))
            .build());
    current =
        Mono.fromFuture(
                () -> client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture(), true)
            .map(OpenConnection::new)
            .cacheInvalidateIf(OpenConnection::isDead);
  }

  /** Trusts the certificates of the file that the URI names, or else those that Java trusts. */
  private static SslOptions ssl(String uri) {
    URI at = URI.create(uri);
    SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
    if (!TLS_SCHEME.equals(at.getScheme())) {
      return options.build();
    }
    Optional<Path> root = Optional.empty();
    if (at.getQuery() != null) {
      for (String parameter : at.getQuery().split("&", -1)) {
        if (parameter.startsWith(ROOT_CERTIFICATE)) {
          root = Optional.of(Path.of(parameter.substring(ROOT_CERTIFICATE.length())));
        }
      }
    }
    return options.trustManager(TrustedCertificates.read(root)).build();
  }

  /** Returns the most commands of one pass. */
  int pipelineMax() {
    return Math.min(callsMax, PIPELINE_COMMANDS_MAX);
  }

  /**
   * Sends commands in one pass, with one flush; connects first if necessary. Fails with {@link
   * RejectedExecutionException} if more than {@code callsMax} commands would be in flight.
   *
   * @param count the number of commands
   * @param commands creates the commands for each subscription
   * @return the commands once each has succeeded or failed; the caller reads their results
   */
  <T> Mono<List<AsyncCommand<String, String, T>>> pipeline(
      int count, Supplier<List<AsyncCommand<String, String, T>>> commands) {
    return Mono.defer(
        () -> {
          if (calls.addAndGet(count) > callsMax && calls.get() > count) {
            calls.addAndGet(-count);
            return Mono.error(
                new RejectedExecutionException(callsMax + " calls are in flight already"));
          }
          return current
              .flatMap(open -> pipeline(open, commands.get()))
              .doFinally(end -> calls.addAndGet(-count));
        });
  }

  /** Creates a command that asks the server for a sign of life. */
  static AsyncCommand<String, String, String> ping() {
    return new AsyncCommand<>(
        new Command<>(CommandType.PING, new StatusOutput<>(StringCodec.UTF8)));
  }

  private static <T> Mono<List<AsyncCommand<String, String, T>>> pipeline(
      OpenConnection open, List<AsyncCommand<String, String, T>> commands) {
    return Mono.create(
        sink -> {
          AtomicInteger left = new AtomicInteger(commands.size());
          BiConsumer<Object, Throwable> answered =
              (answer, failure) -> {
                if (failure instanceof RedisCommandTimeoutException) {
                  open.timedOut();
                } else if (failure == null) {
                  open.answered();
                }
                if (left.decrementAndGet() == 0) {
                  sink.success(commands);
                }
              };
          commands.forEach(command -> command.whenComplete(answered));
          try {
            var unused = open.connection.dispatch(commands);
          } catch (RuntimeException failure) {
            sink.error(failure);
          }
        });
  }

  /** Closes the connection. */
  Mono<Void> closeLater() {
    return Mono.fromFuture(() -> client.shutdownAsync().toCompletableFuture()).then();
  }

  /** Creates threads and timers that reconnect to a lost server quickly. */
  static ClientResources newResources() {
    return ClientResources.builder()
        .reconnectDelay(
            () -> Delay.exponential(RECONNECT_MIN, RECONNECT_MAX, 2, TimeUnit.MILLISECONDS))
        .build();
  }

  /** Shuts the threads down. Runs on a thread of its own, since Netty takes locks to do so. */
  static Mono<Void> shutDown(ClientResources resources) {
    return Mono.<Void>create(
            sink ->
                resources
                    .shutdown(0, SHUTDOWN_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .addListener(done -> sink.success()))
        .subscribeOn(Schedulers.boundedElastic());
  }
}
