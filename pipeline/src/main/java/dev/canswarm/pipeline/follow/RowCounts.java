package dev.canswarm.pipeline.follow;

import java.util.List;

/**
 * Counts of the rows of a part of the op-log. Immutable.
 *
 * @param began NEEDs that were stored
 * @param accepted FINALIZEs of this outcome
 * @param rejected FINALIZEs of an outcome that is none of the others
 * @param expired FINALIZEs of this outcome
 * @param refused dead letters
 * @param tookMillis from NEED to FINALIZE by PostgreSQL's clock, of each FINALIZE whose NEED is
 *     stored; in any order
 */
public record RowCounts(
    int began, int accepted, int rejected, int expired, int refused, List<Long> tookMillis) {
  /** The counts of no rows. */
  public static final RowCounts NONE = new RowCounts(0, 0, 0, 0, 0, List.of());

  public RowCounts {
    tookMillis = List.copyOf(tookMillis);
  }
}
