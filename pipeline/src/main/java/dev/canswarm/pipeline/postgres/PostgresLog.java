package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.FollowedRow;
import dev.canswarm.pipeline.follow.LogReader;
import dev.canswarm.pipeline.follow.MessageText;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.port.SlotRow;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** The op-log in PostgreSQL, in the order of its positions. Thread-safe. */
final class PostgresLog implements LogReader {
  /** The kind of the row that holds the position up to which rows are settled. */
  private static final String SETTLED = "";

  private final Connections connections;

  PostgresLog(Connections connections) {
    this.connections = connections;
  }

  @Override
  public Mono<Position> now() {
    return connections
        .query(
            "end of the op-log on PostgreSQL",
            FollowSql.NOW,
            statement -> {},
            row -> RowMapping.number(row, 0))
        .map(rows -> Position.before(rows.get(0)));
  }

  @Override
  public Mono<Page> after(Position position, Set<String> kinds, int rowsMax) {
    return kinds.isEmpty()
        ? page(FollowSql.LOG, position, rowsMax, statement -> {})
        : page(
            FollowSql.LOG_OF_KINDS,
            position,
            rowsMax,
            statement -> statement.bind("$4", PgArray.texts(new TreeSet<>(kinds), kind -> kind)));
  }

  @Override
  public Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax) {
    return page(
        FollowSql.LOG_OF_NEED, position, rowsMax, statement -> statement.bind("$4", needId.text()));
  }

  private Mono<Page> page(
      String sql, Position position, int rowsMax, Consumer<Statement> bindMore) {
    return connections
        .query(
            "follow the op-log on PostgreSQL",
            sql,
            statement -> {
              statement
                  .bind("$1", Long.toString(position.transaction()))
                  .bind("$2", position.number())
                  .bind("$3", rowsMax);
              bindMore.accept(statement);
            },
            PostgresLog::entry)
        .map(rows -> page(rows, position, rowsMax));
  }

  private static Page page(List<FollowedRow> read, Position from, int rowsMax) {
    List<FollowedRow> rows = read.stream().filter(row -> !row.kind().equals(SETTLED)).toList();
    boolean complete = rows.size() < rowsMax;
    Position last = rows.isEmpty() ? from : rows.get(rows.size() - 1).position();
    Position end =
        complete
            ? read.stream()
                .filter(row -> row.kind().equals(SETTLED))
                .map(FollowedRow::position)
                .filter(settled -> settled.isAfter(last))
                .findFirst()
                .orElse(last)
            : last;
    List<FollowedRow> entries =
        rows.stream().filter(entry -> !entry.kind().equals(SlotRow.WAIT)).toList();
    return new Page(entries, end, complete);
  }

  private static FollowedRow entry(Readable row) {
    String kind = RowMapping.text(row, 6);
    return new FollowedRow(
        new Position(RowMapping.number(row, 0), RowMapping.number(row, 1)),
        RowMapping.text(row, 2),
        RowMapping.text(row, 3),
        SlotRow.needOf(RowMapping.text(row, 4)),
        new ThreadId(RowMapping.text(row, 5)),
        kind,
        RowMapping.text(row, 7),
        RowMapping.number(row, 8),
        RowMapping.number(row, 9),
        MessageText.of(kind, RowMapping.bytes(row, 10)));
  }
}
