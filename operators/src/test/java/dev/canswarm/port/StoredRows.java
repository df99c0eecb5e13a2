package dev.canswarm.port;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Puts rows in place for tests: each fills its slot, unless it is filled already. */
public final class StoredRows {
  private StoredRows() {}

  /**
   * Stores rows, none of them derived from another one.
   *
   * @return what each slot holds now, in the order of the rows
   */
  public static Mono<List<SlotRow>> fill(SlotStore store, List<SlotRow> rows) {
    return fill(store, rows, List.of());
  }

  /**
   * Stores rows, none of them derived from another one, and arms timers, in one write.
   *
   * @return what each slot holds now, in the order of the rows
   */
  public static Mono<List<SlotRow>> fill(
      SlotStore store, List<SlotRow> rows, List<OpenNeed> timers) {
    List<Candidate> candidates = rows.stream().map(Candidate::free).toList();
    return store
        .store(new TurnWrite(candidates, timers, List.of(), List.of()))
        .map(outcomes -> held(rows, outcomes));
  }

  private static List<SlotRow> held(List<SlotRow> rows, List<StoreOutcome> outcomes) {
    List<SlotRow> held = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      held.add(held(rows.get(i), outcomes.get(i)));
    }
    return held;
  }

  private static SlotRow held(SlotRow row, StoreOutcome outcome) {
    if (outcome instanceof StoreOutcome.Inserted inserted) {
      return row.storedAt(inserted.storedMillis());
    }
    if (outcome instanceof StoreOutcome.Held there) {
      return there.row();
    }
    throw new IllegalStateException("a row without a basis was left out: " + row);
  }
}
