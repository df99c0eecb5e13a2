package dev.canswarm.pipeline.kafka;

/** Receives how much of the bounds on delivered records becomes free. Called from any thread. */
interface Room {
  /**
   * One record was acknowledged.
   *
   * @param valueBytes the bytes of its value
   */
  void acknowledged(int valueBytes);

  /**
   * Records no longer wait for their commit.
   *
   * @param records the number of records that their watermark has passed, or that are acknowledged
   *     and whose assignment has ended
   */
  void passed(int records);
}
