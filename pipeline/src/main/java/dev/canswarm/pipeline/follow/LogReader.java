package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Reads the op-log in the order of its positions. It returns only rows whose transaction is older
 * than every running one, so a later read never finds a row before one that was read. Rows that
 * wait for a parent are left out, since they are stored again when they are admitted. Never blocks;
 * an outage is a {@link dev.canswarm.port.RetryableException}. Thread-safe.
 */
public interface LogReader {
  /**
   * A part of the log.
   *
   * @param entries in the order of their positions
   * @param end the position up to which nothing is left out: that of the last row, or a later one
   *     before which there are no more rows that are selected
   * @param complete whether there was no more to read
   * @param counts of all rows up to the end, selected or not; of none if the selection does not
   *     count
   */
  record Page(List<FollowedRow> entries, Position end, boolean complete, RowCounts counts) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /**
   * The bounds of one read.
   *
   * @param rowsMax most rows that it returns
   * @param passedMax most rows that it passes, selected or not
   */
  record Bounds(int rowsMax, int passedMax) {
    private static final int PASSED_FIRST = 1_000;

    /** Bounds the time of a read, and the memory that PostgreSQL needs for it. */
    private static final int PASSED_MAX = 20_000;

    /** Returns the bounds of the first read of several. */
    public static Bounds first(int rowsMax) {
      return new Bounds(rowsMax, PASSED_FIRST);
    }

    /** Returns the bounds of the next read: the fewer rows are selected, the more it may pass. */
    public Bounds after(Page page) {
      if (page.entries().size() >= rowsMax) {
        return new Bounds(rowsMax, Math.max(PASSED_FIRST, passedMax / 2));
      }
      return page.complete() ? this : new Bounds(rowsMax, Math.min(PASSED_MAX, 2 * passedMax));
    }
  }

  /** Returns the position before every row that is not committed yet or is stored from now on. */
  Mono<Position> now();

  /** Returns rows after a position. */
  Mono<Page> after(Position position, Selection selection, Bounds bounds);

  /** Returns at most {@code rowsMax} rows of any kind after a position. */
  default Mono<Page> after(Position position, int rowsMax) {
    return after(position, Selection.all(), Bounds.first(rowsMax));
  }

  /** Returns at most {@code rowsMax} rows of one NEED after a position, including its own row. */
  Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax);
}
