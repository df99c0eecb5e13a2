package dev.canswarm.pipeline.follow;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Reads the op-log in the order of its positions, only rows whose transaction is older than every
 * one that still runs: a later read never finds a row before one that was read. Rows that wait for
 * a parent are left out, since they come again when they are admitted. Never blocks; an outage is a
 * {@link dev.canswarm.port.RetryableException}. Thread-safe.
 */
public interface LogReader {
  /**
   * A part of the log.
   *
   * @param entries in the order of their positions
   * @param end the position of the last row that was looked at; the one that was asked for if there
   *     was none
   * @param complete whether there was no more to read
   */
  record Page(List<FollowedRow> entries, Position end, boolean complete) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /** The position before everything that is stored from now on and not complete yet. */
  Mono<Position> now();

  /** Rows after a position, at most so many. */
  Mono<Page> after(Position position, int rowsMax);

  /** Rows of one NEED after a position, at most so many; the NEED's own row among them. */
  Mono<Page> ofNeed(String needId, Position position, int rowsMax);
}
