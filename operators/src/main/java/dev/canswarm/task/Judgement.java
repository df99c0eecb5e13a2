package dev.canswarm.task;

import org.jspecify.annotations.Nullable;

/**
 * A task handler's judgement of an artifact.
 *
 * @param accept whether it is a right answer
 * @param reason what is wrong with it, for a person; null if it is accepted, or where the handler
 *     does not say
 */
public record Judgement(boolean accept, @Nullable String reason) {
  /** The artifact is a right answer to the task's input. */
  public static final Judgement ACCEPTED = new Judgement(true, null);

  /** A wrong answer, without a reason. */
  public static final Judgement REJECTED = new Judgement(false, null);

  /** A wrong answer; {@code reason} says what is wrong with it. */
  public static Judgement rejected(String reason) {
    return new Judgement(false, reason);
  }
}
