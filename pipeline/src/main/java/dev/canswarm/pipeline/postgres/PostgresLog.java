package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.follow.FollowedRow;
import dev.canswarm.pipeline.follow.LogReader;
import dev.canswarm.pipeline.follow.MessageText;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.pipeline.follow.RowCounts;
import dev.canswarm.pipeline.follow.Selection;
import dev.canswarm.port.SlotRow;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** The op-log in PostgreSQL, in the order of its positions. Thread-safe. */
final class PostgresLog implements LogReader {
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
  public Mono<Page> after(Position position, Selection selection, Bounds bounds) {
    if (selection.hasAllRows() && !selection.counted()) {
      return rows(FollowSql.LOG, position, bounds.rowsMax(), statement -> {})
          .map(rows -> page(rows, position, bounds.rowsMax()));
    }
    return rows(
            FollowSql.SELECTED,
            position,
            bounds.rowsMax(),
            statement ->
                statement
                    .bind("$4", PgArray.texts(new TreeSet<>(selection.kinds()), kind -> kind))
                    .bind("$5", selection.sample())
                    .bind("$6", PgArray.texts(selection.needIds(), NeedId::text))
                    .bind("$7", PgArray.texts(new TreeSet<>(selection.threadIds()), ThreadId::text))
                    .bind("$8", bounds.passedMax())
                    .bind("$9", selection.counted()))
        .map(rows -> selected(rows, bounds));
  }

  @Override
  public Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax) {
    return rows(
            FollowSql.LOG_OF_NEED,
            position,
            rowsMax,
            statement -> statement.bind("$4", needId.text()))
        .map(rows -> page(rows, position, rowsMax));
  }

  private Mono<List<FollowedRow>> rows(
      String sql, Position position, int rowsMax, Consumer<Statement> bindMore) {
    return connections.query(
        "follow the op-log on PostgreSQL",
        sql,
        statement -> {
          statement
              .bind("$1", Long.toString(position.transaction()))
              .bind("$2", position.number())
              .bind("$3", rowsMax);
          bindMore.accept(statement);
        },
        PostgresLog::entry);
  }

  private static Page page(List<FollowedRow> rows, Position from, int rowsMax) {
    Position end = rows.isEmpty() ? from : rows.get(rows.size() - 1).position();
    return new Page(admitted(rows), end, rows.size() < rowsMax, RowCounts.NONE);
  }

  /** Its last row is the one that says how far it was read, and what was counted. */
  private static Page selected(List<FollowedRow> read, Bounds bounds) {
    FollowedRow last = read.get(read.size() - 1);
    List<FollowedRow> rows = read.subList(0, read.size() - 1);
    boolean isFull = rows.size() >= bounds.rowsMax();
    return new Page(
        admitted(rows),
        isFull ? rows.get(rows.size() - 1).position() : last.position(),
        !isFull && last.lamport() < bounds.passedMax(),
        counts(last.slot(), last.id()));
  }

  private static List<FollowedRow> admitted(List<FollowedRow> rows) {
    return rows.stream().filter(entry -> !entry.kind().equals(SlotRow.WAIT)).toList();
  }

  private static RowCounts counts(String numbers, String times) {
    if (numbers.isEmpty()) {
      return RowCounts.NONE;
    }
    List<Long> counts = numbers(numbers);
    return new RowCounts(
        Math.toIntExact(counts.get(0)),
        Math.toIntExact(counts.get(1)),
        Math.toIntExact(counts.get(2)),
        Math.toIntExact(counts.get(3)),
        Math.toIntExact(counts.get(4)),
        numbers(times));
  }

  private static List<Long> numbers(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(Long::valueOf).toList();
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
