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
   * @param end the position of the last row that was read; the requested one if there was none
   * @param complete whether there was no more to read
   */
  record Page(List<FollowedRow> entries, Position end, boolean complete) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /** Returns the position before every row that is not committed yet or is stored from now on. */
  Mono<Position> now();

  /** Returns at most {@code rowsMax} rows after a position. */
  Mono<Page> after(Position position, int rowsMax);

  /** Returns at most {@code rowsMax} rows of one NEED after a position, including its own row. */
  Mono<Page> ofNeed(NeedId needId, Position position, int rowsMax);
}
