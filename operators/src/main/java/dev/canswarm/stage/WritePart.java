package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of a turn that is written in one transaction. Most turns are one part. A turn with more
 * than a quarter of what a {@link TurnWrite} may hold may have several, and each entry of the
 * control chain is a part of its own. The rows of one NEED are never split.
 */
final class WritePart {
  /** Rows after which a part takes no further NEED. */
  private static final int ROWS_WANTED = TurnWrite.ROWS_MAX / 4;

  /** Bytes after which a part takes no further NEED. */
  private static final long BYTES_WANTED = TurnWrite.BYTES_MAX / 4;

  private final List<NeedTurn> needs;
  private final List<Turn.Stateless> stateless;
  private final Collection<Turn.Closing> closings;
  private final List<PendingRow> rows = new ArrayList<>();
  private final Map<PendingRow, Integer> places = new IdentityHashMap<>();
  private final List<OpenNeed> timers = new ArrayList<>();

  private WritePart(
      List<NeedTurn> needs, List<Turn.Stateless> stateless, Collection<Turn.Closing> closings) {
    this.closings = closings;
    this.needs = List.copyOf(needs);
    this.stateless = List.copyOf(stateless);
    needs.forEach(
        need -> {
          need.outputs.rows.forEach(this::place);
          addTimer(need.outputs.timer);
        });
    stateless.forEach(
        record -> {
          if (record.row != null) {
            place(record.row);
          }
          addTimer(record.timer);
        });
  }

  private void place(PendingRow row) {
    places.put(row, rows.size());
    rows.add(row);
  }

  private void addTimer(@Nullable OpenNeed timer) {
    if (timer != null) {
      timers.add(timer);
    }
  }

  /**
   * Packs NEEDs into parts; one that has {@link #ROWS_WANTED} rows or {@link #BYTES_WANTED} bytes
   * takes no further NEED. The records without a NEED go into the last part. Entries of the control
   * chain come first, each as a part of its own, since the turn judged its other rows before these
   * entries.
   */
  static List<WritePart> of(List<NeedTurn> needs, List<Turn.Stateless> all) {
    List<WritePart> parts = new ArrayList<>();
    List<Turn.Stateless> stateless = new ArrayList<>(all.size());
    for (Turn.Stateless record : all) {
      if (record.isEntry()) {
        parts.add(new WritePart(List.of(), List.of(record), List.of()));
      } else {
        stateless.add(record);
      }
    }
    List<NeedTurn> packed = new ArrayList<>();
    int rows = 0;
    long bytes = 0;
    for (NeedTurn need : needs) {
      if (!packed.isEmpty() && (rows >= ROWS_WANTED || bytes >= BYTES_WANTED)) {
        parts.add(new WritePart(packed, List.of(), List.of()));
        packed.clear();
        rows = 0;
        bytes = 0;
      }
      packed.add(need);
      rows += need.outputs.rows.size();
      for (PendingRow row : need.outputs.rows) {
        bytes += row.row().bytes().length + row.row().ops().length();
      }
    }
    if (!packed.isEmpty() || !stateless.isEmpty()) {
      parts.add(new WritePart(packed, stateless, List.of()));
    }
    return parts;
  }

  /** Adds the closings to the first of these parts, or as a part of their own. */
  static List<WritePart> withClosings(List<WritePart> parts, Map<NeedId, Turn.Closing> closings) {
    List<WritePart> all = new ArrayList<>();
    if (parts.isEmpty()) {
      all.add(new WritePart(List.of(), List.of(), closings.values()));
      return all;
    }
    WritePart first = parts.get(0);
    all.add(new WritePart(first.needs, first.stateless, closings.values()));
    all.addAll(parts.subList(1, parts.size()));
    return all;
  }

  /** Returns one part for each NEED and record of this part, and one for its closings. */
  List<WritePart> split() {
    List<WritePart> single = new ArrayList<>();
    needs.forEach(need -> single.add(new WritePart(List.of(need), List.of(), List.of())));
    stateless.forEach(record -> single.add(new WritePart(List.of(), List.of(record), List.of())));
    if (!closings.isEmpty()) {
      single.add(new WritePart(List.of(), List.of(), closings));
    }
    return single;
  }

  /** Whether it holds more than closings. */
  boolean isSplittable() {
    return !needs.isEmpty() || !stateless.isEmpty();
  }

  /** Whether there is nothing to write. */
  boolean isEmpty() {
    return rows.isEmpty() && timers.isEmpty() && closings.isEmpty();
  }

  /**
   * Returns the rows of this part as one write.
   *
   * @throws IllegalArgumentException when one NEED alone is more than a write may hold
   */
  TurnWrite write() {
    List<Candidate> candidates = new ArrayList<>(rows.size());
    for (PendingRow row : rows) {
      candidates.add(
          new Candidate(row.row(), row.basis().stream().map(places::get).toList(), row.pin()));
    }
    List<NeedId> closed = new ArrayList<>();
    List<NeedId> abandoned = new ArrayList<>();
    for (Turn.Closing closing : closings) {
      (closing.isAbandoned() ? abandoned : closed).add(closing.state().needId());
    }
    return new TurnWrite(candidates, timers, closed, abandoned);
  }

  StoreOutcome outcome(PendingRow row, List<StoreOutcome> outcomes) {
    return outcomes.get(Objects.requireNonNull(places.get(row)));
  }

  List<NeedTurn> needs() {
    return needs;
  }

  List<Turn.Stateless> stateless() {
    return stateless;
  }

  /** Commits the NEEDs of a part that has nothing to write. */
  void commit() {
    needs.forEach(WritePart::commit);
  }

  /** Commits a NEED whose rows all fill their slots. */
  static void commit(NeedTurn need) {
    OpenNeed timer = need.outputs.timer;
    if (timer != null) {
      need.state.armed(timer.dueMillis());
      need.state.open();
    }
    need.state.refuse(need.outputs.refused);
  }

  void holdBack(Turn turn, Throwable failure) {
    needs.forEach(need -> turn.holdBack(need, failure));
    stateless.forEach(record -> turn.holdBack(record, failure));
  }
}
