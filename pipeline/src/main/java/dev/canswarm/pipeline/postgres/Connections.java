package dev.canswarm.pipeline.postgres;

import dev.canswarm.config.PostgresTls;
import dev.canswarm.config.TrustedCertificates;
import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.postgresql.codec.CodecRegistry;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A bounded connection pool that runs single statements. A connection that failed or was
 * interrupted is discarded; new ones are opened on demand, also after an outage. Errors are
 * translated by {@link PostgresErrors}. Thread-safe.
 */
final class Connections {
  /**
   * How much later than the server's timeout ours fires, in milliseconds; ours costs the
   * connection.
   */
  private static final long TIMEOUT_GRACE_MILLIS = 1_000;

  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final long IDLE_MAX_MILLIS = 600_000;

  private final ConnectionPool pool;
  private final Duration statementMax;

  Connections(PostgresPoolSettings settings) {
    this(settings, factory(settings, timeout(settings)));
  }

  /** The same with another driver. */
  Connections(PostgresPoolSettings settings, ConnectionFactory driver) {
    Duration timeout = timeout(settings);
    statementMax = timeout.plusMillis(TIMEOUT_GRACE_MILLIS);
    pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(driver)
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

  private static Duration timeout(PostgresPoolSettings settings) {
    return Duration.ofMillis(settings.statementTimeoutMillis());
  }

  private static PostgresqlConnectionFactory factory(
      PostgresPoolSettings settings, Duration timeout) {
    PostgresTls tls = settings.address().tls();
    PostgresqlConnectionConfiguration.Builder builder = PostgresqlConnectionConfiguration.builder();
    if (tls.mode() != PostgresTls.Mode.DISABLE) {
      protect(builder, tls);
    }
    return new PostgresqlConnectionFactory(
        builder
            .sslMode(SSLMode.fromValue(tls.mode().label()))
            .host(settings.address().host())
            .port(settings.address().port())
            .database(settings.address().database())
            .username(settings.address().user())
            .password(settings.address().password())
            .applicationName("can-swarm")
            .connectTimeout(timeout)
            .statementTimeout(timeout)
            .tcpNoDelay(true)
            .tcpKeepAlive(true)
            .options(
                Map.of(
                    "default_transaction_isolation", "read committed",
                    "enable_seqscan", "off",
                    // A generic plan may seem costly for how much a limit allows, and is short.
                    "jit", "off",
                    "plan_cache_mode", "force_generic_plan"))
            .autodetectExtensions(false)
            .extendWith(new Arrays())
            .build());
  }

  /** Reads the certificates once: the driver reads them for each connection, on its event loop. */
  private static void protect(PostgresqlConnectionConfiguration.Builder builder, PostgresTls tls) {
    boolean namesHost = tls.mode() == PostgresTls.Mode.VERIFY_FULL;
    Optional<TrustManagerFactory> trusted =
        tls.mode().verifies()
            ? Optional.of(TrustedCertificates.read(tls.rootCertificate()))
            : Optional.empty();
    builder.sslContextBuilderCustomizer(
        context -> {
          trusted.ifPresent(context::trustManager);
          // Netty verifies the host name unless that is disabled, regardless of the mode.
          return context.endpointIdentificationAlgorithm(namesHost ? "HTTPS" : "");
        });
  }

  private static final class Arrays implements CodecRegistrar {
    @Override
    public Publisher<Void> register(
        PostgresqlConnection connection, ByteBufAllocator allocator, CodecRegistry registry) {
      return Mono.fromRunnable(() -> registry.addLast(new PgArrayCodec(allocator)));
    }
  }

  /** Checks only the local state of the channel and therefore completes immediately. */
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

  /** Runs a statement that returns no rows. */
  Mono<Void> execute(String where, String sql, Consumer<Statement> bind) {
    return query(where, sql, bind, row -> row).then();
  }

  /** Closes the underlying connection, so that the pool finds it dead and evicts it. */
  private static Publisher<Void> discard(Connection pooled) {
    // Unwrapped by its type it would be the pooled connection itself, which is one too.
    Connection real = (Connection) ((Wrapped<?>) pooled).unwrap();
    return Mono.from(real.close())
        .timeout(CLOSE_MAX)
        .onErrorComplete()
        .then(Mono.from(pooled.close()));
  }

  /** Returns the pool's metrics. */
  PoolMetrics pool() {
    return pool.getMetrics().orElseThrow();
  }

  /** Closes the pool. Statements in progress fail. */
  Mono<Void> closeLater() {
    return pool.disposeLater();
  }
}
