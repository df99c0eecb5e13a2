package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import java.util.List;
import java.util.Set;
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
   *     before which there are no more rows of the requested kinds
   * @param complete whether there was no more to read
   */
  record Page(List<FollowedRow> entries, Position end, boolean complete) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /** Returns the position before every row that is not committed yet or is stored from now on. */
  Mono<Position> now();

  /**
   * Returns at most {@code rowsMax} rows after a position.
   *
   * @param kinds the kinds of rows that are wanted; all if there is none
   */
  Mono<Page> after(Position position, Set<String> kinds, int rowsMax);

  /** Returns at most {@code rowsMax} rows of any kind after a position. */
  default Mono<Page> after(Position position, int rowsMax) {
    return after(position, Set.of(), rowsMax);
  }

  /** Returns at most {@code rowsMax} rows of one NEED after a position, including its own row. */
  Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax);
}
