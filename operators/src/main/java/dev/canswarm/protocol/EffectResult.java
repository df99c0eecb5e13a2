package dev.canswarm.protocol;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The result of an effect, for the role that asked for it. */
public sealed interface EffectResult {
  /** The gate admits the proposal and has stored the epoch. */
  record GateOpen(Effect.AskGate asked, EnvelopeId proposalId, long epoch)
      implements EffectResult {}

  /**
   * The gate holds another proposal.
   *
   * @param proposalId the one it holds
   */
  record GateHeld(Effect.AskGate asked, EnvelopeId proposalId, long epoch)
      implements EffectResult {}

  /** The proposal that the gate holds was not decided in time. */
  record GateTimedOut(Effect.AskGate asked, long epoch) implements EffectResult {}

  /** The work is done and its artifact stored. */
  record TaskDone(Effect.RunTask asked, String artifact) implements EffectResult {}

  /**
   * The work cannot be done by this worker.
   *
   * @param detail what ended the attempt, for people
   */
  record TaskFailed(Effect.RunTask asked, String detail) implements EffectResult {}

  /**
   * The artifact was judged.
   *
   * @param evidence on a rejection, or null
   * @param error on a rejection, what was wrong, for people; or null
   */
  record Verified(
      Effect.VerifyWork asked,
      boolean accept,
      @Nullable JsonObject evidence,
      @Nullable String error)
      implements EffectResult {
    /** A judgement without an error text. */
    public Verified(Effect.VerifyWork asked, boolean accept, @Nullable JsonObject evidence) {
      this(asked, accept, evidence, null);
    }
  }

  /**
   * The artifact cannot be judged, so the verifier does not vote.
   *
   * @param detail why not, for people
   */
  record CannotVerify(Effect.VerifyWork asked, String detail) implements EffectResult {}
}
