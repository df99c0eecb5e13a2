package dev.canswarm.pipeline.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.reactive.RedisReactiveCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * One connection that everybody shares: commands are pipelined on it. It is made on first use and
 * comes back by itself; until then commands are refused at once rather than queued. A connection on
 * which a row of commands timed out is replaced, since a peer that vanished without a word would
 * otherwise be waited for until TCP gives up, a quarter of an hour later.
 */
final class RedisLink {
  private static final Duration RECONNECT_MIN = Duration.ofMillis(10);
  private static final Duration RECONNECT_MAX = Duration.ofSeconds(1);
  private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(2);

  /** Commands in a row without an answer before the connection counts as dead. */
  private static final int SILENCE_MAX = 16;

  /** Commands that timed out stay in the client's queue until answered, so it gets some room. */
  private static final int QUEUE_FACTOR = 2;

  private final int callsMax;
  private final AtomicInteger calls = new AtomicInteger();
  private final RedisClient client;
  private final Mono<Line> line;

  private static final class Line {
    private final StatefulRedisConnection<String, String> connection;
    private final AtomicInteger silence = new AtomicInteger();

    private Line(StatefulRedisConnection<String, String> connection) {
      this.connection = connection;
    }

    private boolean isDead() {
      return silence.get() >= SILENCE_MAX;
    }

    private void answered() {
      if (silence.get() < SILENCE_MAX) {
        silence.set(0);
      }
    }

    private void timedOut() {
      if (silence.incrementAndGet() == SILENCE_MAX) {
        var unused = connection.closeAsync();
      }
    }
  }

  /**
   * @param resources threads and timers, shared by any number of links; their owner shuts them down
   */
  RedisLink(RedisSettings settings, ClientResources resources) {
    Duration timeout = Duration.ofMillis(settings.timeoutMillis());
    callsMax = settings.callsMax();
    RedisURI uri = RedisURI.create(settings.uri());
    uri.setTimeout(timeout);
    client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
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
    line =
        Mono.fromFuture(
                () -> client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture(), true)
            .map(Line::new)
            .cacheInvalidateIf(Line::isDead);
  }

  /** Runs commands on the connection; connects first where there is none. */
  <T> Mono<T> run(Function<RedisReactiveCommands<String, String>, Flux<T>> commands) {
    return Mono.defer(
        () -> {
          if (calls.incrementAndGet() > callsMax) {
            calls.decrementAndGet();
            return Mono.error(
                new RejectedExecutionException(callsMax + " calls are under way already"));
          }
          return line.flatMap(open -> run(open, commands))
              .doFinally(end -> calls.decrementAndGet());
        });
  }

  private static <T> Mono<T> run(
      Line open, Function<RedisReactiveCommands<String, String>, Flux<T>> commands) {
    return commands
        .apply(open.connection.reactive())
        .next()
        .doOnNext(answer -> open.answered())
        .doOnError(RedisCommandTimeoutException.class, error -> open.timedOut());
  }

  /** Closes the connection. */
  Mono<Void> closeLater() {
    return Mono.fromFuture(() -> client.shutdownAsync().toCompletableFuture()).then();
  }

  /** Threads and timers that come back to a lost server soon. */
  static ClientResources newResources() {
    return ClientResources.builder()
        .reconnectDelay(
            () -> Delay.exponential(RECONNECT_MIN, RECONNECT_MAX, 2, TimeUnit.MILLISECONDS))
        .build();
  }

  /** Stops them, from a thread that is none of them: Netty takes locks to do so. */
  static Mono<Void> shutDown(ClientResources resources) {
    return Mono.<Void>create(
            sink ->
                resources
                    .shutdown(0, SHUTDOWN_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .addListener(done -> sink.success()))
        .subscribeOn(Schedulers.boundedElastic());
  }
}
