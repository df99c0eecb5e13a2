package dev.canswarm.stage;

/** Told of every turn that comes to a stage and leaves it. Called on lanes; must not block. */
@FunctionalInterface
public interface StageMeter {
  /** Counts nothing. */
  StageMeter NONE = (lane, stage, inputs, nanos) -> {};

  /**
   * A turn came to a stage. A lane has one turn at a time.
   *
   * @param lane number of the lane, which is that of its partition
   * @param stage the stage's name, such as {@code store}
   */
  default void entered(int lane, String stage) {}

  /**
   * A turn left a stage.
   *
   * @param lane number of the lane
   * @param stage the stage's name
   * @param inputs inputs of the turn: its batch size
   * @param nanos how long the stage took, waiting included
   */
  void passed(int lane, String stage, int inputs, long nanos);
}
