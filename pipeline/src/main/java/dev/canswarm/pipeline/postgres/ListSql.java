package dev.canswarm.pipeline.postgres;

import dev.canswarm.pipeline.follow.NeedList;
import java.util.Map;
import java.util.TreeMap;

/** The SQL of the list of NEEDs (ADR 31). */
final class ListSql {
  /**
   * Takes the next rows into the list: one statement, hence one transaction. The row of the reader
   * is locked, so one process at a time does it; the others skip it and take nothing. What is done
   * twice changes nothing. NEEDs and their ends are brought together by grouping: a join of parts
   * whose sizes the planner does not know could become a loop over all pairs.
   */
  static final String FOLLOW =
      """
      with at as materialized (
        select xact, position from oplog_readers where name = 'need_list' for update skip locked),
      part as materialized (
        select o.xact, o.position, o.kind, o.need_id, o.thread_id, o.sender, o.stored_ms,
          case when o.kind in ('NEED', 'FINALIZE') then payload_of(o.bytes) end as payload,
          row_number() over (order by o.xact, o.position) as place
        from at cross join lateral (
          select * from oplog p
          where (p.xact, p.position) > (at.xact, at.position)
            and p.xact < pg_snapshot_xmin(pg_current_snapshot())
          order by p.xact, p.position limit $1) o),
      needs as materialized (
        select need_id,
          min(place) filter (where kind = 'NEED') as place,
          max(thread_id) as thread_id,
          max(sender) filter (where kind = 'NEED') as sender,
          max(task_types_of(payload)) filter (where kind = 'NEED') as task_types,
          min(stored_ms) filter (where kind = 'NEED') as created_ms,
          min(stored_ms) filter (where kind = 'FINALIZE') as ended_ms,
          max(payload ->> 'outcome') filter (where kind = 'FINALIZE') as outcome,
          max(payload ->> 'reason') filter (where kind = 'FINALIZE') as reason,
          max(artifacts_of(payload)) filter (where kind = 'FINALIZE') as artifacts
        from part where kind in ('NEED', 'FINALIZE') group by need_id),
      added as (
        insert into need_list (need_id, thread_id, sender, task_types, created_ms, ended_ms, outcome, reason)
        select need_id, thread_id, sender, task_types, created_ms, ended_ms, outcome, reason
        from needs where place is not null order by place
        on conflict (need_id) do nothing
        returning seq, outcome),
      ended as (
        update need_list l set ended_ms = e.ended_ms, outcome = e.outcome, reason = e.reason
        from needs e
        where e.ended_ms is not null and l.need_id = e.need_id and l.ended_ms is null
        returning l.seq, l.outcome),
      failed as (
        insert into need_list_failed (seq, outcome)
        select seq, outcome from (select * from added union all select * from ended) a
        where outcome <> 'ACCEPTED' on conflict do nothing),
      made as (
        insert into need_artifacts (artifact, need_id)
        select a.artifact, e.need_id
        from needs e cross join lateral unnest(e.artifacts) as a(artifact)
        on conflict do nothing),
      moved as (
        update oplog_readers r set xact = n.xact, position = n.position
        from (select xact, position from part order by place desc limit 1) n
        where r.name = 'need_list')
      select count(*) from part
      """;

  static final String DEAD_LETTERS =
      "select o.xact::text::bigint, o.position, o.slot, o.bytes, o.stored_ms"
          + " from oplog o where o.kind = 'DEAD_LETTER' and (o.xact, o.position) <"
          + " ($1::text::xid8, $2) order by o.xact desc, o.position desc limit $3";

  /** Rows that one page scans if no index covers the filters. */
  static final int SCANNED_MAX = 50_000;

  static final String SCANNED =
      "select seq from need_list where seq < $1 order by seq desc offset "
          + (SCANNED_MAX - 1)
          + " limit 1";

  private static final String COLUMNS =
      """
      select f.seq, f.need_id, f.thread_id, f.sender, f.task_types, f.created_ms, f.ended_ms,
        f.outcome, f.reason,
        case when f.ended_ms is not null then 'ended' else (
          select case
              when bool_or(o.kind = 'FINALIZE') then 'ending'
              when bool_or(o.kind = 'COMMIT') then 'verifying'
              when bool_or(o.kind = 'CLAIM') then 'working'
              when bool_or(o.kind = 'DECIDE') then 'decided'
              when bool_or(o.kind = 'PROPOSE') then 'planned'
              else 'new'
            end
          from oplog o where o.scope = f.need_id) end
      from (
      """;

  private final StringBuilder where;
  private final Map<String, Object> values = new TreeMap<>();
  private final Source source;

  /**
   * Where the rows come from. Each row of a small table is looked up in the list by a subquery of
   * its own: in a plain join the planner, who does not know how few there are, would walk the whole
   * list in the order of its numbers.
   *
   * @param from with the list as {@code l}
   * @param order the column that has the list's numbers
   * @param bounded whether it is a part of the list, in which not all that fits may be found
   */
  private record Source(String from, String order, boolean bounded) {
    private static final Source NEWEST =
        new Source(
            "(select * from need_list where seq < $1 order by seq desc limit "
                + SCANNED_MAX
                + ") l",
            "l.seq",
            true);

    private static final Source OF_ARTIFACT =
        of("need_artifacts a join need_list l on l.need_id = a.need_id", "l.seq");

    private static final Source OPEN =
        of(
            "open_needs w cross join lateral (select * from need_list n where n.need_id = w.need_id"
                + " limit 1) l",
            "l.seq");

    private static final Source FAILED =
        of(
            "need_list_failed x cross join lateral (select * from need_list n where n.seq = x.seq"
                + " limit 1) l",
            "x.seq");

    private static final Source OF_THREAD = of("need_list l", "l.seq");

    private static Source of(String from, String order) {
      return new Source(from, order, false);
    }
  }

  /** A statement and what is bound to it. */
  record Query(String sql, Map<String, Object> values, boolean bounded) {}

  private ListSql(NeedList.Filter filter) {
    values.put("$1", filter.cursor().orElse(Long.MAX_VALUE));
    values.put("$2", filter.rowsMax());
    source = sourceOf(filter);
    where = new StringBuilder(source.order).append(" < $1");
    filter.artifact().ifPresent(hash -> and("a.artifact = ", hash));
    filter
        .state()
        .ifPresent(
            state ->
                where.append(
                    state == NeedList.State.OPEN
                        ? " and l.ended_ms is null"
                        : " and l.ended_ms is not null"));
    filter.outcome().ifPresent(outcome -> and("l.outcome = ", outcome));
    filter.threadId().ifPresent(thread -> and("l.thread_id = ", thread.text()));
    filter.taskType().ifPresent(type -> and("l.task_types @> array[", type, "::text]"));
    filter
        .olderThanMillis()
        .ifPresent(
            age ->
                and(
                    "l.created_ms < (extract(epoch from clock_timestamp()) * 1000)::bigint - ",
                    age));
  }

  /** The most selective one first. */
  private static Source sourceOf(NeedList.Filter filter) {
    if (filter.artifact().isPresent()) {
      return Source.OF_ARTIFACT;
    }
    if (filter.state().filter(state -> state == NeedList.State.OPEN).isPresent()) {
      return Source.OPEN;
    }
    if (filter.outcome().filter(outcome -> !outcome.equals("ACCEPTED")).isPresent()) {
      return Source.FAILED;
    }
    return filter.threadId().isPresent() ? Source.OF_THREAD : Source.NEWEST;
  }

  /** The statement that reads a page. */
  static Query of(NeedList.Filter filter) {
    ListSql made = new ListSql(filter);
    return new Query(
        COLUMNS
            + "select l.* from "
            + made.source.from
            + " where "
            + made.where
            + " order by "
            + made.source.order
            + " desc limit $2) f order by f.seq desc",
        made.values,
        made.source.bounded);
  }

  private void and(String condition, Object value) {
    and(condition, value, "");
  }

  private void and(String condition, Object value, String close) {
    String name = "$" + (values.size() + 1);
    values.put(name, value);
    where.append(" and ").append(condition).append(name).append(close);
  }
}
