package dev.canswarm.port;

import java.util.List;

/**
 * A row that wants to fill its slot, and the rows of the same write that it was derived from.
 *
 * @param basis indexes of candidates of the same write, all smaller than this candidate's own;
 *     empty where it follows from what was stored before
 */
public record Candidate(SlotRow row, List<Integer> basis) {

  public Candidate {
    basis = List.copyOf(basis);
  }

  /** A candidate that depends on no other one of its write. */
  public static Candidate free(SlotRow row) {
    return new Candidate(row, List.of());
  }
}
