package dev.canswarm.protocol;

import dev.canswarm.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What came of an effect. */
public sealed interface Answer {
  /** The gate lets this proposal through, with the epoch that it keeps. */
  record GateOpen(Effect.AskGate asked, String proposalId, long epoch) implements Answer {}

  /**
   * The gate holds another proposal.
   *
   * @param proposalId the one it holds
   */
  record GateHeld(Effect.AskGate asked, String proposalId, long epoch) implements Answer {}

  /** Nobody decided what the gate holds within the time to wait for it. */
  record GateOutwaited(Effect.AskGate asked, long epoch) implements Answer {}

  /** The work is done and its artifact stored. */
  record TaskDone(Effect.RunTask asked, String artifact) implements Answer {}

  /** The work cannot be done by this worker. */
  record TaskFailed(Effect.RunTask asked, String detail) implements Answer {}

  /**
   * The artifact was judged.
   *
   * @param evidence on a rejection, or null
   */
  record Verified(Effect.VerifyWork asked, boolean accept, @Nullable JsonObject evidence)
      implements Answer {}

  /** It cannot be judged: the verifier does not vote. */
  record CannotVerify(Effect.VerifyWork asked, String detail) implements Answer {}
}
