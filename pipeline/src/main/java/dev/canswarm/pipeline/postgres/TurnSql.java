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
          + " $19) with ordinality as c(level, "
          + COLUMNS
          + ", i))";

  /** Selects the candidates with a bad basis; to be closed with the selection of the bad ones. */
  private static final String UNFOUNDED =
      "select d.i from unnest($20, $21) as d(i, base) where d.base in (";

  /**
   * The number of the last entry of the control chain. Locked, the row is read as it is committed
   * now, not as the snapshot shows it, and an entry waits until this transaction has ended.
   */
  private static final String HEAD =
      "head as materialized (select number from control_head for share)";

  private static final List<String> BY_DEPTH =
      IntStream.rangeClosed(0, TurnWrite.DEPTH_MAX)
          .mapToObj(levels -> write(levels, false))
          .toList();

  private static final List<String> PINNED_BY_DEPTH =
      IntStream.rangeClosed(0, TurnWrite.DEPTH_MAX)
          .mapToObj(levels -> write(levels, true))
          .toList();

  private TurnSql() {}

  /** Returns the statement for a number of levels, from 0 to {@link TurnWrite#DEPTH_MAX}. */
  static String ofDepth(int levels) {
    return BY_DEPTH.get(levels);
  }

  /**
   * Returns the same statement for candidates of which some pin a head of the control chain. The
   * places of these, and the numbers of the heads, are its last two parameters.
   */
  static String ofDepthPinned(int levels) {
    return PINNED_BY_DEPTH.get(levels);
  }

  /** The number of the first of the two parameters of pins. */
  static int firstOfPins(int levels) {
    return levels > 1 ? 22 : 20;
  }

  /** Its one row holds the time of the rows, and the candidates that were not inserted. */
  private static String write(int levels, boolean isPinned) {
    List<String> parts = new ArrayList<>();
    parts.add(TIMERS);
    if (levels > 0) {
      parts.add(CANDIDATES);
    }
    if (isPinned) {
      parts.add(HEAD);
      parts.add(outdated(firstOfPins(levels)));
    }
    for (int level = 0; level < levels; level++) {
      parts.add(insert(level, isPinned));
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

  private static String outdated(int parameter) {
    return "outdated as materialized (select p.i from unnest($"
        + parameter
        + ", $"
        + (parameter + 1)
        + ") as p(i, pin) where p.pin < (select number from head))";
  }

  private static String insert(int level, boolean isPinned) {
    return "ins"
        + level
        + " as (insert into oplog ("
        + COLUMNS
        + ", stored_ms) select "
        + COLUMNS
        + ", (select ms from clock) from c where level = "
        + level
        + (level == 0 ? "" : " and i not in (" + UNFOUNDED + places("bad", level) + "))")
        + (isPinned ? " and i not in (select i from outdated)" : "")
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
