package dev.canswarm.pipeline.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A driver whose server gives the answers that the test has laid ready, in their order. */
final class ScriptedServer implements ConnectionFactory {
  /** A statement that was executed, and what was bound to it. */
  record Asked(String sql, Map<String, Object> values) {}

  final List<Asked> asked = new ArrayList<>();
  int opened;
  int closed;

  private final Queue<Flux<Object[]>> answers = new ArrayDeque<>();

  Connections connections() {
    return new Connections(
        new PostgresPoolSettings(
            new PostgresPoolSettings.Address("none", 1, "swarm", "user", ""), 1, 10_000),
        this);
  }

  /** The next answer has these rows, each with the values of its columns. */
  void answers(@Nullable Object[]... rows) {
    answers.add(Flux.fromIterable(Arrays.asList(rows)));
  }

  void fails(Throwable failure) {
    answers.add(Flux.error(failure));
  }

  void hangs() {
    answers.add(Flux.never());
  }

  @Override
  public Publisher<Connection> create() {
    return Mono.fromSupplier(this::open);
  }

  @Override
  public ConnectionFactoryMetadata getMetadata() {
    return () -> "scripted";
  }

  private Connection open() {
    opened++;
    boolean[] isOpen = {true};
    return made(
        Connection.class,
        (method, arguments) ->
            switch (method) {
              case "createStatement" -> statement((String) arguments[0]);
              case "validate" -> Mono.fromSupplier(() -> isOpen[0]);
              case "isAutoCommit" -> true;
              case "close" ->
                  Mono.fromRunnable(
                      () -> {
                        closed += isOpen[0] ? 1 : 0;
                        isOpen[0] = false;
                      });
              default -> Mono.empty();
            });
  }

  private Statement statement(String sql) {
    Map<String, Object> values = new TreeMap<>();
    Statement[] self = new Statement[1];
    self[0] =
        made(
            Statement.class,
            (method, arguments) -> {
              if (method.equals("bind")) {
                values.put((String) arguments[0], arguments[1]);
                return self[0];
              }
              asked.add(new Asked(sql, values));
              Flux<Object[]> rows = answers.remove();
              return Flux.just(
                  made(Result.class, (map, mapping) -> rows.map(row -> mapped(row, mapping[0]))));
            });
    return self[0];
  }

  @SuppressWarnings("unchecked")
  private static Object mapped(Object[] row, Object mapping) {
    Readable readable = made(Readable.class, (get, column) -> row[(Integer) column[0]]);
    return ((Function<Readable, Object>) mapping).apply(readable);
  }

  @FunctionalInterface
  private interface Handler {
    @Nullable Object call(String method, Object[] arguments);
  }

  private static <T> T made(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ScriptedServer.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == arguments[0];
                  case "toString" -> type.getSimpleName();
                  default -> handler.call(method.getName(), arguments);
                }));
  }
}
