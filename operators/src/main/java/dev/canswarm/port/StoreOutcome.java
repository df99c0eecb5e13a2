package dev.canswarm.port;

/** The result of storing a {@link Candidate}. */
public sealed interface StoreOutcome {
  /**
   * The candidate fills its slot now.
   *
   * @param storedMillis milliseconds since 1970 by the store's clock
   */
  record Inserted(long storedMillis) implements StoreOutcome {}

  /**
   * The slot is filled, and not by this write.
   *
   * @param row what fills it: the candidate's own bytes, or another answer
   */
  record Held(SlotRow row) implements StoreOutcome {}

  /**
   * The slot is empty still: a row of the candidate's basis holds another answer, was left out
   * itself, or could not be seen; or the candidate was judged under a head of the control chain
   * that is not the last one any more.
   */
  record LeftOut() implements StoreOutcome {}
}
