package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import io.r2dbc.spi.Readable;
import java.util.Objects;

/** Maps result rows to the port's records, by position in the column lists of {@link Sql}. */
final class RowMapping {
  private RowMapping() {}

  static SlotRow slot(Readable row) {
    return SlotRow.at(text(row, 0), text(row, 1))
        .id(text(row, 2))
        .need(SlotRow.needOf(text(row, 3)), new ThreadId(text(row, 4)))
        .kind(text(row, 5))
        .sender(text(row, 6))
        .time(number(row, 7), Long.parseLong(text(row, 8)))
        .bytes(bytes(row, 9))
        .ops(text(row, 10))
        .storedMillis(number(row, 11))
        .build();
  }

  static OpenNeed timer(Readable row) {
    return new OpenNeed(
        new NeedId(text(row, 0)),
        new ThreadId(text(row, 1)),
        row.get(2, String.class),
        Math.toIntExact(number(row, 3)),
        number(row, 4),
        number(row, 5));
  }

  /** Returns what a row of {@link Sql#READ} is. */
  static ReadRow read(Readable row) {
    Integer partition = row.get(12, Integer.class);
    if (partition == null) {
      return new ReadRow.OfScope(slot(row));
    }
    return partition < 0 ? new ReadRow.Own(slot(row)) : new ReadRow.Timer(timerOf(row, partition));
  }

  private static OpenNeed timerOf(Readable row, int partition) {
    return new OpenNeed(
        new NeedId(text(row, 3)),
        new ThreadId(text(row, 4)),
        row.get(1, String.class),
        partition,
        number(row, 7),
        number(row, 11));
  }

  static String text(Readable row, int column) {
    return Objects.requireNonNull(row.get(column, String.class));
  }

  static long number(Readable row, int column) {
    return Objects.requireNonNull(row.get(column, Long.class));
  }

  static byte[] bytes(Readable row, int column) {
    return Objects.requireNonNull(row.get(column, byte[].class));
  }
}
