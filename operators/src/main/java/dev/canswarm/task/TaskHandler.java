package dev.canswarm.task;

import java.util.Arrays;

/**
 * A task type: what a worker runs and how a verifier judges. Plugged in from a jar by {@link
 * java.util.ServiceLoader}. Implementations are thread-safe; they are called on a bounded pool of
 * threads that may block, and interrupted when their time is up.
 */
public interface TaskHandler {
  /** The type's name in a NEED, such as {@code text.wordcount}. */
  String type();

  /** How its artifacts are verified. */
  default Verification verification() {
    return Verification.REDERIVE;
  }

  /**
   * Does the work. With {@link Verification#REDERIVE} the same input must give the same bytes on
   * every machine.
   *
   * @throws TaskException when the input is not one that this type can work on
   */
  byte[] run(TaskInput input) throws TaskException, InterruptedException;

  /**
   * Whether an artifact is a right answer; asked only with {@link Verification#CHECK}.
   *
   * @throws TaskException when it cannot judge: the verifier then does not vote
   */
  default boolean check(TaskInput input, byte[] artifact)
      throws TaskException, InterruptedException {
    return Arrays.equals(run(input), artifact);
  }

  /**
   * {@link #check} with a reason, which the verifier's vote carries for people; what verifiers
   * call.
   *
   * @throws TaskException when it cannot judge: the verifier then does not vote
   */
  default Judgement judge(TaskInput input, byte[] artifact)
      throws TaskException, InterruptedException {
    return check(input, artifact) ? Judgement.ACCEPTED : Judgement.REJECTED;
  }
}
