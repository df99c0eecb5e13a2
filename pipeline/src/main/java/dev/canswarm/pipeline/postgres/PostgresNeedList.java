package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.Position;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The list of NEEDs in PostgreSQL. Thread-safe. */
final class PostgresNeedList implements NeedList {
  private static final String WHERE = "list NEEDs on PostgreSQL";
  private static final Position END = new Position(Long.MAX_VALUE, 0);

  private final Connections connections;

  PostgresNeedList(Connections connections) {
    this.connections = connections;
  }

  private record Row(long seq, Item item) {}

  @Override
  public Mono<Page> list(Filter filter) {
    ListSql.Query query = ListSql.of(filter);
    return connections
        .query(
            WHERE,
            query.sql(),
            statement -> query.values().forEach(statement::bind),
            PostgresNeedList::row)
        .flatMap(
            rows -> {
              List<Item> items = rows.stream().map(Row::item).toList();
              if (rows.size() == filter.rowsMax()) {
                return Mono.just(new Page(items, OptionalLong.of(rows.get(rows.size() - 1).seq())));
              }
              return query.bounded()
                  ? scanned(filter).map(next -> new Page(items, next))
                  : Mono.just(new Page(items, OptionalLong.empty()));
            });
  }

  /** Where a page ended that scanned as many rows as it may. */
  private Mono<OptionalLong> scanned(Filter filter) {
    return connections
        .query(
            WHERE,
            ListSql.SCANNED,
            statement -> statement.bind("$1", filter.cursor().orElse(Long.MAX_VALUE)),
            row -> RowMapping.number(row, 0))
        .map(rows -> rows.stream().mapToLong(Long::longValue).findFirst());
  }

  private static Row row(Readable row) {
    @Nullable Long ended = row.get(6, Long.class);
    return new Row(
        RowMapping.number(row, 0),
        new Item(
            new NeedId(RowMapping.text(row, 1)),
            new ThreadId(RowMapping.text(row, 2)),
            RowMapping.text(row, 3),
            Arrays.asList(Objects.requireNonNull(row.get(4, String[].class))),
            RowMapping.text(row, 9),
            RowMapping.number(row, 5),
            ended == null ? OptionalLong.empty() : OptionalLong.of(ended),
            Optional.ofNullable(row.get(7, String.class)),
            Optional.ofNullable(row.get(8, String.class))));
  }

  @Override
  public Mono<List<DeadLetter>> deadLetters(Optional<Position> before, int rowsMax) {
    Position end = before.orElse(END);
    return connections.query(
        "list dead letters on PostgreSQL",
        ListSql.DEAD_LETTERS,
        statement ->
            statement
                .bind("$1", Long.toString(end.transaction()))
                .bind("$2", end.number())
                .bind("$3", rowsMax),
        row ->
            new DeadLetter(
                new Position(RowMapping.number(row, 0), RowMapping.number(row, 1)),
                RowMapping.text(row, 2),
                // PostgreSQL's text has no place for a NUL, which a refused key may hold.
                new String(RowMapping.bytes(row, 3), StandardCharsets.UTF_8),
                RowMapping.number(row, 4)));
  }

  @Override
  public Mono<Integer> follow(int rowsMax) {
    return connections
        .query(
            "keep the list of NEEDs on PostgreSQL",
            ListSql.FOLLOW,
            statement -> statement.bind("$1", rowsMax),
            row -> RowMapping.number(row, 0))
        .map(rows -> Math.toIntExact(rows.get(0)));
  }
}
