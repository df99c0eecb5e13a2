package dev.canswarm.pipeline.postgres;

/**
 * The SQL statements. Each is a lookup by key. The connections disable sequential scans ({@link
 * Connections}), since a plan that was cached while a table was empty would be kept after it has
 * grown.
 */
final class Sql {
  private static final String ROW =
      "o.scope, o.slot, o.id, o.need_id, o.thread_id, o.kind, o.sender, o.lamport, o.timestamp_ns,"
          + " o.bytes, o.ops, o.stored_ms";

  private static final String TIMER = "need_id, thread_id, need_slot, partition, due_ms, stored_ms";

  /** Reads rows by key. */
  static final String FIND =
      "select "
          + ROW
          + " from unnest($1, $2) as k(scope, slot) cross join lateral"
          + " (select * from oplog p where p.scope = k.scope and p.slot = k.slot limit 1) o";

  static final String LOAD = "select " + ROW + " from oplog o where o.scope = any($1)";

  static final String NEEDS_BY_ID =
      "select " + ROW + " from oplog o where o.id = any($1) and o.kind = 'NEED'";

  static final String OPEN = "select " + TIMER + " from open_needs where need_id = any($1)";

  /**
   * Reads the rows of scopes, NEEDs by id, and timers. The last column is null for the first ones,
   * -1 for the second ones, and the partition of a timer.
   */
  static final String READ =
      "select "
          + ROW
          + ", null::integer as partition from oplog o where o.scope = any($1)"
          + " union all select "
          + ROW
          + ", -1 from oplog o where o.id = any($2) and o.kind = 'NEED'"
          + " union all select '', need_slot, '', need_id, thread_id, '', '', due_ms, '',"
          + " ''::bytea, '', stored_ms, partition from open_needs where need_id = any($1)";

  static final String DUE =
      "select "
          + TIMER
          + " from open_needs where partition = any($1) and due_ms <= $2"
          + " order by due_ms, need_id limit $3";

  static final String OPEN_TOTAL = "select count(*) from open_needs";

  static final String OPEN_OLDEST =
      "select need_id, thread_id,"
          + " greatest(0, (extract(epoch from clock_timestamp()) * 1000)::bigint - stored_ms)"
          + " from open_needs order by stored_ms, need_id limit 1";

  /** Counts the oldest open NEEDs by the furthest message that is stored of each. */
  static final String OPEN_STATES =
      """
      with oldest as (
        select need_id, need_slot, stored_ms from open_needs order by stored_ms, need_id limit $1)
      select state, count(*)
      from (
        select case
            when w.need_slot is null then 'awaited'
            when bool_or(o.kind = 'FINALIZE') then 'ending'
            when bool_or(o.kind = 'COMMIT') then 'verifying'
            when bool_or(o.kind = 'CLAIM') then 'working'
            when bool_or(o.kind = 'DECIDE') then 'decided'
            when bool_or(o.kind = 'PROPOSE') then 'planned'
            else 'new'
          end as state
        from oldest w left join oplog o on o.scope = w.need_id
        group by w.need_id, w.need_slot) furthest
      group by state
      """;

  static final String EPOCH = "select nextval('decider_epoch')";

  static final String ARCHIVE =
      "insert into archive (hash, kind, bytes) values ($1, $2, $3) on conflict (hash) do nothing";

  static final String ARCHIVED = "select bytes from archive where hash = $1";

  static final String NEEDS =
      "select "
          + ROW
          + " from oplog o where o.kind = 'NEED' and (o.scope, o.slot) > ($1, $2)"
          + " order by o.scope, o.slot limit $3";

  static final String ROWS =
      "select "
          + ROW
          + " from oplog o where (o.scope, o.slot) > ($1, $2)"
          + " order by o.scope, o.slot limit $3";

  /** Reads the scopes in the order of the primary key. */
  static final String SCOPES =
      "select distinct o.scope from oplog o where o.scope > $1 order by o.scope limit $2";

  /**
   * Reads the operations of some scopes together with the views' rows. A single statement sees one
   * snapshot, although the swarm may be writing.
   */
  static final String DERIVED =
      """
      select 'OP', scope, need_id, thread_id, op_type, task_id, payload_json, null::int
      from ops where scope = any($1)
      union all
      select 'TASK', scope, need_id, thread_id, state, task_id, task_type, attempt
      from tasks where scope = any($1)
      union all
      select 'EDGE', scope, need_id, thread_id, relation, parent_id, child_id, null
      from edges where scope = any($1)
      """;

  /** Keeps the latest failure; a row is updated only if its kind or text changed. */
  static final String KEEP_FAILURE =
      """
      insert into attempt_failures (need_id, task_id, attempt, agent, kind, error, at_ms)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (need_id, task_id, attempt, agent) do update
        set kind = excluded.kind, error = excluded.error, at_ms = excluded.at_ms
        where (attempt_failures.kind, attempt_failures.error) <> (excluded.kind, excluded.error)
      """;

  static final String FAILURES =
      """
      select need_id, task_id, attempt::bigint, agent, kind, error, at_ms
      from attempt_failures where need_id = $1
      order by at_ms, task_id collate "C", attempt, agent collate "C"
      """;

  private Sql() {}
}
