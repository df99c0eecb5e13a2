package dev.canswarm.pipeline.postgres;

import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.codec.CodecRegistry;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A bounded pool of connections that runs single statements. A connection that failed, or was left
 * in the middle of something, is thrown away; when the server comes back, new ones are made on
 * demand. Errors are already translated ({@link PostgresErrors}).
 */
final class Connections {
  /** How long the server's own timeout gets before ours, which costs the connection. */
  private static final long TIMEOUT_GRACE_MILLIS = 1_000;

  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final long IDLE_MAX_MILLIS = 600_000;

  private final ConnectionPool pool;
  private final Duration statementMax;

  Connections(PostgresSettings settings) {
    Duration timeout = Duration.ofMillis(settings.statementTimeoutMillis());
    statementMax = timeout.plusMillis(TIMEOUT_GRACE_MILLIS);
    pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(factory(settings, timeout))
                .initialSize(0)
                .maxSize(settings.connectionsMax())
                .maxAcquireTime(timeout)
                .maxCreateConnectionTime(timeout)
                .acquireRetry(1)
                .validationDepth(ValidationDepth.LOCAL)
                .customizer(
                    pool ->
                        pool.evictionPredicate(
                            (connection, use) ->
                                use.idleTime() > IDLE_MAX_MILLIS || !isConnected(connection)))
                .build());
  }

  private static PostgresqlConnectionFactory factory(PostgresSettings settings, Duration timeout) {
    return new PostgresqlConnectionFactory(
        PostgresqlConnectionConfiguration.builder()
            .host(settings.host())
            .port(settings.port())
            .database(settings.database())
            .username(settings.user())
            .password(settings.password())
            .applicationName("can-swarm")
            .connectTimeout(timeout)
            .statementTimeout(timeout)
            .tcpNoDelay(true)
            .tcpKeepAlive(true)
            .options(
                Map.of(
                    "default_transaction_isolation", "read committed",
                    "enable_seqscan", "off"))
            .autodetectExtensions(false)
            .extendWith(new Arrays())
            .build());
  }

  private static final class Arrays implements CodecRegistrar {
    @Override
    public Publisher<Void> register(
        PostgresqlConnection connection, ByteBufAllocator allocator, CodecRegistry registry) {
      return Mono.fromRunnable(() -> registry.addLast(new PgArrayCodec(allocator)));
    }
  }

  /** Looks at the channel only, so the answer is there at once. */
  private static boolean isConnected(Connection connection) {
    return Mono.from(connection.validate(ValidationDepth.LOCAL)).toFuture().getNow(false);
  }

  /** Runs a statement and collects its rows. */
  <T> Mono<List<T>> query(
      String where, String sql, Consumer<Statement> bind, Function<Readable, T> read) {
    return Mono.usingWhen(
            pool.create(),
            connection -> rows(connection, sql, bind, read),
            Connection::close,
            (connection, error) ->
                PostgresErrors.leavesConnectionUsable(error)
                    ? connection.close()
                    : discard(connection),
            Connections::discard)
        .onErrorMap(error -> PostgresErrors.translate(where, error));
  }

  private <T> Mono<List<T>> rows(
      Connection connection, String sql, Consumer<Statement> bind, Function<Readable, T> read) {
    Statement statement = connection.createStatement(sql);
    bind.accept(statement);
    return Flux.from(statement.execute())
        .concatMap(result -> result.map(read))
        .collectList()
        .timeout(statementMax);
  }

  /** Runs a statement for its effect. */
  Mono<Void> execute(String where, String sql, Consumer<Statement> bind) {
    return query(where, sql, bind, row -> row).then();
  }

  /** Closes the real connection first; the pool then finds it dead and lets it go. */
  private static Publisher<Void> discard(Connection pooled) {
    Connection real = ((Wrapped<?>) pooled).unwrap(Connection.class);
    Mono<Void> closed =
        real == null ? Mono.empty() : Mono.from(real.close()).timeout(CLOSE_MAX).onErrorComplete();
    return closed.then(Mono.from(pooled.close()));
  }

  /** Closes the pool; what is under way fails. */
  Mono<Void> closeLater() {
    return pool.disposeLater();
  }
}
