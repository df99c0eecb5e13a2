package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.TurnWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statement that writes a turn, for each depth of dependencies. It is one statement, hence one
 * transaction and one round trip.
 *
 * <p>Candidates are arrays sorted by level and key; {@code i} is a candidate's place in them. For
 * each level, {@code ins<n>} inserts the rows whose bases all hold, {@code lost<n>} are the rows
 * that it did not insert, and {@code bad<n>} are those of them that the slot does not hold with the
 * same bytes, as far as the statement's snapshot shows. Each level reads the results of the levels
 * below, so levels run in order, and within a level rows are inserted in the order of the arrays.
 * Two concurrent turns therefore lock the same slots in the same order, unless a slot is on
 * different levels; then one of them fails as a deadlock and is retried.
 *
 * <p>{@code not in} of a subquery is evaluated with a hash table, no matter what the planner
 * assumes about the size of an array; a join could become a loop over all pairs. A slot's row is
 * read by a scalar subquery, so by the primary key.
 *
 * <p>A row that pins a head of the control chain is inserted only if that is the last one. The
 * number of the last one is read once in a statement, before the first such row, and no entry is
 * stored from then on until the transaction has ended. Entries come before all other keys, so a
 * turn that waits for the slot of one has not read the number yet.
 */
final class TurnSql {
  private static final String COLUMNS =
      "scope, slot, id, need_id, thread_id, kind, sender, lamport, timestamp_ns, bytes, ops";

  private static final String TIMERS =
      """
      with clock as materialized (
        select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms),
      armed as (
        insert into open_needs as t (need_id, thread_id, need_slot, partition, due_ms)
        select * from unnest($1, $2, $3, $4, $5)
        on conflict (need_id) do update
          set due_ms = excluded.due_ms, need_slot = excluded.need_slot,
            thread_id = excluded.thread_id, partition = excluded.partition
          where excluded.need_slot is not null),
      closed as (
        delete from open_needs where need_id in (
          select need_id from open_needs where need_id = any($6)
          order by need_id collate "C" for update)),
      abandoned as (
        delete from open_needs where need_id = any($7) and need_slot is null)
      """;

  private static final String CANDIDATES =
      "c as materialized (select * from unnest($8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
          + " $19, $20) with ordinality as c(level, "
          + COLUMNS
          + ", pin, i))";

  /** Selects the candidates with a bad basis; to be closed with the selection of the bad ones. */
  private static final String UNFOUNDED =
      "select d.i from unnest($21, $22) as d(i, base) where d.base in (";

  /**
   * The number of the last entry of the control chain, as it is committed now, not as the
   * statement's snapshot shows it. Not evaluated for rows that pin no head.
   */
  private static final String HEAD = "head as materialized (select control_head_held() as number)";

  private static final String IS_CURRENT = " and (pin < 0 or pin >= (select number from head))";

  private static final List<String> BY_DEPTH =
      IntStream.rangeClosed(0, TurnWrite.DEPTH_MAX).mapToObj(TurnSql::write).toList();

  private TurnSql() {}

  /** Returns the statement for a number of levels, from 0 to {@link TurnWrite#DEPTH_MAX}. */
  static String ofDepth(int levels) {
    return BY_DEPTH.get(levels);
  }

  /** Its one row holds the time of the rows, and the candidates that were not inserted. */
  private static String write(int levels) {
    List<String> parts = new ArrayList<>();
    parts.add(TIMERS);
    if (levels > 0) {
      parts.add(CANDIDATES);
      parts.add(HEAD);
    }
    for (int level = 0; level < levels; level++) {
      parts.add(insert(level));
      parts.add(lost(level));
      if (level < levels - 1) {
        parts.add(bad(level));
      }
    }
    return String.join(",\n", parts)
        + "\nselect (select ms from clock), array("
        + places("lost", levels)
        + ")";
  }

  private static String insert(int level) {
    return "ins"
        + level
        + " as (insert into oplog ("
        + COLUMNS
        + ", stored_ms) select "
        + COLUMNS
        + ", (select ms from clock) from c where level = "
        + level
        + (level == 0 ? "" : " and i not in (" + UNFOUNDED + places("bad", level) + "))")
        + IS_CURRENT
        + " on conflict (scope, slot) do nothing returning scope, slot)";
  }

  private static String lost(int level) {
    return ("lost# as materialized (select i::int, scope, slot, bytes from c where level = #"
            + " and (scope, slot) not in (select scope, slot from ins#))")
        .replace("#", Integer.toString(level));
  }

  private static String bad(int level) {
    return ("bad# as materialized (select x.i from lost# x where (select o.bytes = x.bytes"
            + " from oplog o where o.scope = x.scope and o.slot = x.slot) is not true)")
        .replace("#", Integer.toString(level));
  }

  private static String places(String name, int levels) {
    return levels == 0
        ? "select 0 where false"
        : IntStream.range(0, levels)
            .mapToObj(level -> "select i from " + name + level)
            .collect(Collectors.joining(" union all "));
  }
}
