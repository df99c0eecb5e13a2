package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import reactor.core.publisher.Mono;

/**
 * Writes a batch of fills: one statement inserts what is new and arms the timers, a second one
 * reads what was there before. Of two candidates for one slot in a batch the first one stands; of
 * two timers for one NEED the later one that knows the NEED's slot, else the first.
 */
final class FillWork {
  private static final String WHERE = "fill on PostgreSQL";

  private final Connections connections;

  FillWork(Connections connections) {
    this.connections = connections;
  }

  /** One caller's rows and timers. */
  record Fill(List<SlotRow> candidates, List<OpenNeed> timers) {
    /** What a column other than {@code bytes} and {@code ops} takes, about. */
    private static final int OTHER_COLUMNS_BYTES = 500;

    long rows() {
      return Math.max(candidates.size(), timers.size());
    }

    long bytes() {
      return candidates.stream()
          .mapToLong(row -> row.bytes().length + row.ops().length() + OTHER_COLUMNS_BYTES)
          .sum();
    }
  }

  /** What each caller's slots hold, in the order of the callers and of their candidates. */
  Mono<List<List<SlotRow>>> write(List<Fill> fills) {
    SortedMap<SlotKey, SlotRow> candidates = candidates(fills);
    return insert(candidates.values(), timers(fills).values())
        .flatMap(inserted -> held(candidates, inserted))
        .map(held -> answers(fills, held));
  }

  private static SortedMap<SlotKey, SlotRow> candidates(List<Fill> fills) {
    SortedMap<SlotKey, SlotRow> first = new TreeMap<>();
    fills.forEach(
        fill -> fill.candidates().forEach(row -> first.putIfAbsent(SlotKey.of(row), row)));
    return first;
  }

  private static SortedMap<String, OpenNeed> timers(List<Fill> fills) {
    SortedMap<String, OpenNeed> merged = new TreeMap<>();
    fills.forEach(
        fill -> fill.timers().forEach(t -> merged.merge(t.needId(), t, FillWork::rearmed)));
    return merged;
  }

  private static OpenNeed rearmed(OpenNeed first, OpenNeed later) {
    return later.needSlot() == null ? first : later;
  }

  /** When each row that is new was stored. */
  private Mono<Map<SlotKey, Long>> insert(Collection<SlotRow> rows, Collection<OpenNeed> timers) {
    return connections
        .query(
            WHERE,
            Sql.FILL,
            statement -> {
              bindRows(statement, rows);
              bindTimers(statement, timers);
            },
            row ->
                Map.entry(new SlotKey(Rows.text(row, 0), Rows.text(row, 1)), Rows.number(row, 2)))
        .map(
            entries -> {
              Map<SlotKey, Long> inserted = new HashMap<>();
              entries.forEach(entry -> inserted.put(entry.getKey(), entry.getValue()));
              return inserted;
            });
  }

  private static void bindRows(Statement statement, Collection<SlotRow> rows) {
    statement
        .bind("$1", PgArray.texts(rows, SlotRow::scope))
        .bind("$2", PgArray.texts(rows, SlotRow::slot))
        .bind("$3", PgArray.texts(rows, SlotRow::id))
        .bind("$4", PgArray.texts(rows, SlotRow::needId))
        .bind("$5", PgArray.texts(rows, SlotRow::threadId))
        .bind("$6", PgArray.texts(rows, SlotRow::kind))
        .bind("$7", PgArray.texts(rows, SlotRow::sender))
        .bind("$8", PgArray.longs(rows, SlotRow::lamport))
        .bind("$9", PgArray.texts(rows, row -> Long.toString(row.timestampNs())))
        .bind("$10", PgArray.bytes(rows, SlotRow::bytes))
        .bind("$11", PgArray.texts(rows, SlotRow::ops));
  }

  private static void bindTimers(Statement statement, Collection<OpenNeed> timers) {
    statement
        .bind("$12", PgArray.texts(timers, OpenNeed::needId))
        .bind("$13", PgArray.texts(timers, OpenNeed::threadId))
        .bind("$14", PgArray.texts(timers, OpenNeed::needSlot))
        .bind("$15", PgArray.ints(timers, OpenNeed::partition))
        .bind("$16", PgArray.longs(timers, OpenNeed::dueMillis));
  }

  private Mono<Map<SlotKey, SlotRow>> held(
      SortedMap<SlotKey, SlotRow> candidates, Map<SlotKey, Long> inserted) {
    Map<SlotKey, SlotRow> held = new HashMap<>();
    SortedSet<SlotKey> lost = new TreeSet<>();
    candidates.forEach(
        (key, row) -> {
          Long storedMillis = inserted.get(key);
          if (storedMillis == null) {
            lost.add(key);
          } else {
            held.put(key, Rows.storedAt(row, storedMillis));
          }
        });
    if (lost.isEmpty()) {
      return Mono.just(held);
    }
    return find(WHERE, lost)
        .map(
            found -> {
              held.putAll(found);
              return held;
            });
  }

  /** The rows that fill these slots. */
  Mono<Map<SlotKey, SlotRow>> find(String where, Collection<SlotKey> keys) {
    return connections
        .query(
            where,
            Sql.FIND,
            statement ->
                statement
                    .bind("$1", PgArray.texts(keys, SlotKey::scope))
                    .bind("$2", PgArray.texts(keys, SlotKey::slot)),
            Rows::slot)
        .map(
            rows -> {
              Map<SlotKey, SlotRow> found = new HashMap<>();
              rows.forEach(row -> found.put(SlotKey.of(row), row));
              return found;
            });
  }

  private static List<List<SlotRow>> answers(List<Fill> fills, Map<SlotKey, SlotRow> held) {
    List<List<SlotRow>> answers = new ArrayList<>(fills.size());
    for (Fill fill : fills) {
      answers.add(fill.candidates().stream().map(row -> answer(row, held)).toList());
    }
    return answers;
  }

  private static SlotRow answer(SlotRow candidate, Map<SlotKey, SlotRow> held) {
    SlotRow row = held.get(SlotKey.of(candidate));
    if (row == null) {
      throw new IllegalStateException(
          WHERE
              + ": slot "
              + SlotKey.of(candidate)
              + " refused a row and holds none: was it deleted?");
    }
    return row;
  }
}
