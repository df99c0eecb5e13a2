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

  /** Whether a row is selected: by its kind and its sample, or by its NEED or its thread. */
  private static final String IS_WANTED =
      """
      ($5 > 0 and (cardinality($4::text[]) = 0 or p.kind = any($4))
        and ($5 = 1 or p.kind = 'DEAD_LETTER' or case when p.need_id ~ '^[0-9a-f]{7}'
          then ('x' || left(p.need_id, 7))::bit(28)::int % greatest($5, 1) = 0 else true end))
      or p.need_id = any($6) or p.thread_id = any($7)""";

  /**
   * Reads at most $8 rows and returns at most $3 of them that are selected ($4 kinds, $5 sample, $6
   * NEEDs, $7 threads), and a last row without a kind: the position before which no more are
   * selected, the number of rows that were read, and, if $9 is true, counts of all that were passed
   * and the times of the FINALIZEs among them. Where a FINALIZE is as coordinators write it, its
   * outcome is found without parsing it.
   */
  static final String SELECTED =
      """
      with part as materialized (
        select row_number() over (order by o.xact, o.position) as place, o.xact, o.position, o.kind,
          o.stored_ms, o.lamport, o.wanted,
          case when o.wanted then o.slot end as slot,
          case when o.wanted then o.id end as id,
          case when o.wanted then o.need_id end as need_id,
          case when o.wanted then o.thread_id end as thread_id,
          case when o.wanted then o.sender end as sender,
          case when o.wanted and o.kind in ('NEED', 'FINALIZE', 'DEAD_LETTER') then o.bytes
            else ''::bytea end as bytes,
          case when $9 and o.kind = 'FINALIZE' then
            case when position('"outcome":"ACCEPTED"'::bytea in o.bytes) > 0 then 'ACCEPTED'
              else payload_of(o.bytes) ->> 'outcome' end end as outcome,
          case when $9 and o.kind = 'FINALIZE' then
            (select q.stored_ms from oplog q where q.id = o.need_id and q.kind = 'NEED' limit 1) end
            as begun_ms
        from (
          select p.*, (%s) as wanted
          from oplog p
          where (p.xact, p.position) > ($1::text::xid8, $2)
            and p.xact < pg_snapshot_xmin(pg_current_snapshot())
          order by p.xact, p.position limit $8) o),
      cut as materialized (
        select coalesce(
          (select place from part where wanted order by place offset $3 - 1 limit 1),
          (select count(*) from part)) as place)
      (select p.xact::text::bigint, p.position, p.slot, p.id, p.need_id, p.thread_id, p.kind, p.sender,
          p.lamport, p.stored_ms, p.bytes
        from part p cross join cut where p.wanted and p.place <= cut.place order by p.place)
      union all
      (select
          coalesce(max(p.xact::text::bigint) filter (where p.place = $8),
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint),
          coalesce(max(p.position) filter (where p.place = $8), 0),
          case when $9 then concat_ws(',',
            count(*) filter (where p.kind = 'NEED' and p.place <= cut.place),
            count(*) filter (where p.outcome = 'ACCEPTED' and p.place <= cut.place),
            count(*) filter (where p.kind = 'FINALIZE' and p.outcome is distinct from 'ACCEPTED'
              and p.outcome is distinct from 'EXPIRED' and p.place <= cut.place),
            count(*) filter (where p.outcome = 'EXPIRED' and p.place <= cut.place),
            count(*) filter (where p.kind = 'DEAD_LETTER' and p.place <= cut.place)) else '' end,
          coalesce(string_agg((p.stored_ms - p.begun_ms)::text, ',')
            filter (where p.place <= cut.place), ''),
          '', '', '', '', count(p.place), 0, ''::bytea
        from cut left join part p on true)
      """
          .formatted(IS_WANTED);

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
