package dev.canswarm.stage;

/** Told of every turn that leaves a stage. Called on the lane's thread; must not block. */
@FunctionalInterface
public interface StageMeter {
  /** Counts nothing. */
  StageMeter NONE = (stage, inputs, nanos) -> {};

  /**
   * A turn left a stage.
   *
   * @param stage the stage's name, such as {@code store}
   * @param inputs inputs of the turn: its batch size
   * @param nanos how long the stage took, waiting included
   */
  void passed(String stage, int inputs, long nanos);
}
