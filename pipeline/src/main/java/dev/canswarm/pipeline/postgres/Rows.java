package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import io.r2dbc.spi.Readable;
import java.util.Objects;

/** Rows of results as the port's records, by position in the column lists of {@link Sql}. */
final class Rows {
  private Rows() {}

  static SlotRow slot(Readable row) {
    return new SlotRow(
        text(row, 0),
        text(row, 1),
        text(row, 2),
        text(row, 3),
        text(row, 4),
        text(row, 5),
        text(row, 6),
        number(row, 7),
        Long.parseLong(text(row, 8)),
        bytes(row, 9),
        text(row, 10),
        number(row, 11));
  }

  static OpenNeed timer(Readable row) {
    return new OpenNeed(
        text(row, 0),
        text(row, 1),
        row.get(2, String.class),
        Math.toIntExact(number(row, 3)),
        number(row, 4),
        number(row, 5));
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

  /** The candidate as it was stored. */
  static SlotRow storedAt(SlotRow row, long storedMillis) {
    return new SlotRow(
        row.scope(),
        row.slot(),
        row.id(),
        row.needId(),
        row.threadId(),
        row.kind(),
        row.sender(),
        row.lamport(),
        row.timestampNs(),
        row.bytes(),
        row.ops(),
        storedMillis);
  }
}
