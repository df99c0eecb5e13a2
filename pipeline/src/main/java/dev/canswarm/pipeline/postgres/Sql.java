package dev.canswarm.pipeline.postgres;

/**
 * The statements. Each one is a lookup by key: the connections are told to leave sequential scans
 * alone ({@link Connections}), since a plan made while a table is empty is kept when it has grown.
 */
final class Sql {
  private static final String ROW =
      "o.scope, o.slot, o.id, o.need_id, o.thread_id, o.kind, o.sender, o.lamport, o.timestamp_ns,"
          + " o.bytes, o.ops, o.stored_ms";

  private static final String TIMER = "need_id, thread_id, need_slot, partition, due_ms, stored_ms";

  /**
   * Slots and timers in one statement, hence in one transaction and one round trip. Rows are taken
   * in the order of the arrays, which the caller sorts: two batches that meet in any other order
   * deadlock. Answers what was inserted; the others were there.
   */
  static final String FILL =
      """
      with armed as (
        insert into open_needs as t (need_id, thread_id, need_slot, partition, due_ms)
        select * from unnest($12, $13, $14, $15, $16)
        on conflict (need_id) do update
          set due_ms = excluded.due_ms, need_slot = excluded.need_slot,
            thread_id = excluded.thread_id, partition = excluded.partition
          where excluded.need_slot is not null)
      insert into oplog
        (scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops)
      select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      on conflict (scope, slot) do nothing
      returning scope, slot, stored_ms
      """;

  /**
   * Rows by key. In a statement of its own, after {@link #FILL}: in READ COMMITTED that one cannot
   * see the row that it lost to.
   */
  static final String FIND =
      "select "
          + ROW
          + " from unnest($1, $2) as k(scope, slot) cross join lateral"
          + " (select * from oplog p where p.scope = k.scope and p.slot = k.slot limit 1) o";

  static final String LOAD = "select " + ROW + " from oplog o where o.scope = any($1)";

  static final String OPEN = "select " + TIMER + " from open_needs where need_id = any($1)";

  /** Locks in the order in which {@link #FILL} does. */
  static final String CLOSE =
      """
      delete from open_needs where need_id in (
        select need_id from open_needs where need_id = any($1)
        order by need_id collate "C" for update)
      """;

  /** Only what no NEED has come for. */
  static final String ABANDON = "delete from open_needs where need_id = $1 and need_slot is null";

  static final String DUE =
      "select "
          + TIMER
          + " from open_needs where partition = any($1) and due_ms <= $2"
          + " order by due_ms, need_id limit $3";

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

  /** Scopes in the order of the primary key. */
  static final String SCOPES =
      "select distinct o.scope from oplog o where o.scope > $1 order by o.scope limit $2";

  /**
   * The operations of some scopes and what the views make of them. In one statement, hence of one
   * snapshot: the swarm may be at work meanwhile.
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

  private Sql() {}
}
