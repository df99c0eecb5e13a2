package dev.canswarm.port;

import java.util.List;

/**
 * What the store has of the NEEDs of a turn, in any order.
 *
 * @param own the NEEDs' own rows, of those that were asked for
 * @param rows the rows of the NEEDs' scopes
 * @param timers the timers of those that are not over
 */
public record TurnRead(List<SlotRow> own, List<SlotRow> rows, List<OpenNeed> timers) {
  /** Copies the lists. */
  public TurnRead {
    own = List.copyOf(own);
    rows = List.copyOf(rows);
    timers = List.copyOf(timers);
  }
}
