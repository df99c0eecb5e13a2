package dev.canswarm.port;

import java.util.List;

/**
 * A row that wants to fill its slot, and the rows of the same write that it was derived from.
 *
 * @param basis indexes of candidates of the same write, all smaller than this candidate's own;
 *     empty if it follows from what was stored before
 * @param pin the number of the head of the control chain under which the row was judged: it is left
 *     out where a later entry is stored. {@link #UNPINNED} for a row that depends on no head
 */
public record Candidate(SlotRow row, List<Integer> basis, long pin) {
  /** The pin of a row that depends on no head of the control chain. */
  public static final long UNPINNED = -1;

  public Candidate {
    basis = List.copyOf(basis);
  }

  /** A candidate that depends on no head of the control chain. */
  public Candidate(SlotRow row, List<Integer> basis) {
    this(row, basis, UNPINNED);
  }

  /** A candidate that depends on no other one of its write. */
  public static Candidate free(SlotRow row) {
    return new Candidate(row, List.of());
  }

  /** Whether it depends on a head of the control chain. */
  public boolean isPinned() {
    return pin != UNPINNED;
  }
}
