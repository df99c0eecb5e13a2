package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import java.util.List;

/**
 * All that one turn writes, in one transaction. Timers are armed first, then abandoned, then
 * closed, where a NEED is named more than once.
 *
 * @param candidates rows, each after those of its basis; at most {@link #ROWS_MAX}, of at most
 *     {@link #BYTES_MAX}
 * @param timers the due times of NEEDs. A timer that knows its NEED's slot inserts the row, or
 *     changes its thread, partition, slot and due time. One that does not, since the NEED was not
 *     seen, only inserts, so that referring to a NEED never postpones its timer. The stored time of
 *     a row stays. Of two timers for one NEED the later one that knows the NEED's slot counts, else
 *     the first
 * @param closings NEEDs whose timer rows are deleted: they are over and their FINALIZE was sent
 * @param abandonments NEEDs whose timer rows are deleted unless they know their NEED's slot:
 *     nothing but references to these NEEDs was seen
 */
public record TurnWrite(
    List<Candidate> candidates,
    List<OpenNeed> timers,
    List<NeedId> closings,
    List<NeedId> abandonments) {
  /** Most candidates of a write; as many timers, closings and abandonments may go with them. */
  public static final int ROWS_MAX = 4_096;

  /** Most bytes of a write's rows: their content, their operations, and some for each row. */
  public static final long BYTES_MAX = 64L << 20;

  /**
   * How far candidates may depend on one another in one write: one whose chain of bases is longer
   * is left out, and comes with the next write, when its basis is held.
   */
  public static final int DEPTH_MAX = 8;

  /** Approximate size of a row's columns other than {@code bytes} and {@code ops}. */
  private static final int OTHER_COLUMNS_BYTES = 500;

  /**
   * Checks the bounds of the write.
   *
   * @throws IllegalArgumentException for more than the bounds allow, or for a basis that does not
   *     come before its dependent
   */
  public TurnWrite {
    candidates = List.copyOf(candidates);
    timers = List.copyOf(timers);
    closings = List.copyOf(closings);
    abandonments = List.copyOf(abandonments);
    atMost("candidates", candidates.size());
    atMost("timers", timers.size());
    atMost("closings", closings.size());
    atMost("abandonments", abandonments.size());
    long bytes = 0;
    for (int i = 0; i < candidates.size(); i++) {
      SlotRow row = candidates.get(i).row();
      bytes += row.bytes().length + row.ops().length() + OTHER_COLUMNS_BYTES;
      for (int base : candidates.get(i).basis()) {
        if (base < 0 || base >= i) {
          throw new IllegalArgumentException(
              "expected a basis from 0 to %d for candidate %d, got %d".formatted(i - 1, i, base));
        }
      }
    }
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "expected rows of at most %d bytes in one write, got %d".formatted(BYTES_MAX, bytes));
    }
  }

  private static void atMost(String what, int count) {
    if (count > ROWS_MAX) {
      throw new IllegalArgumentException(
          "expected at most %d %s in one write, got %d".formatted(ROWS_MAX, what, count));
    }
  }

  /** Rows alone, none of them derived from another one. */
  public static TurnWrite of(List<SlotRow> rows) {
    return new TurnWrite(
        rows.stream().map(Candidate::free).toList(), List.of(), List.of(), List.of());
  }

  /** Returns a write that only sets timers. */
  public static TurnWrite ofTimers(List<OpenNeed> timers) {
    return new TurnWrite(List.of(), timers, List.of(), List.of());
  }

  /** Returns a write that only deletes the timers of NEEDs that are over. */
  public static TurnWrite ofClosings(List<NeedId> needIds) {
    return new TurnWrite(List.of(), List.of(), needIds, List.of());
  }

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return candidates.isEmpty() && timers.isEmpty() && closings.isEmpty() && abandonments.isEmpty();
  }
}
