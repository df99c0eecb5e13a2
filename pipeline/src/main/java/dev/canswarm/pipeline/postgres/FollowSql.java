package dev.canswarm.pipeline.postgres;

/**
 * The SQL that follows the op-log (ADR 31). A row is passed once every transaction that is not
 * later than its own has ended; the condition and the rows are of one snapshot.
 */
final class FollowSql {
  /** Holds for a row once no row with an earlier position can appear any more. */
  private static final String SETTLED = "o.xact < pg_snapshot_xmin(pg_current_snapshot())";

  private static final String ENTRY =
      "o.xact::text::bigint, o.position, o.slot, o.id, o.need_id, o.thread_id, o.kind, o.sender, o.lamport,"
          + " o.stored_ms, case when o.kind in ('NEED', 'FINALIZE', 'DEAD_LETTER') then o.bytes"
          + " else ''::bytea end";

  private static final String AFTER = "(o.xact, o.position) > ($1::text::xid8, $2)";

  private static final String IN_ORDER = " order by o.xact, o.position limit $3";

  static final String NOW = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

  static final String LOG =
      "select " + ENTRY + " from oplog o where " + AFTER + " and " + SETTLED + IN_ORDER;

  /**
   * The rows of some kinds, and one more row without a kind, whose position is the one before which
   * all rows are settled.
   */
  static final String LOG_OF_KINDS =
      "(select "
          + ENTRY
          + " from oplog o where "
          + AFTER
          + " and "
          + SETTLED
          + " and o.kind = any($4)"
          + IN_ORDER
          + ") union all select pg_snapshot_xmin(pg_current_snapshot())::text::bigint, 0, '', '', '', '', '',"
          + " '', 0, 0, ''::bytea";

  /**
   * The NEED's own row is in its thread's scope. Its few rows are found first: ordered by position,
   * the whole log would be walked for them.
   */
  static final String LOG_OF_NEED =
      "with o as materialized (select p.* from oplog p where p.scope = $4"
          + " union all select q.* from oplog q where q.id = $4 and q.kind = 'NEED')"
          + " select "
          + ENTRY
          + " from o where "
          + AFTER
          + " and "
          + SETTLED
          + IN_ORDER;

  private FollowSql() {}
}
