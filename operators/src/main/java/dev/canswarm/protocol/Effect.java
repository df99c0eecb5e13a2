package dev.canswarm.protocol;

import dev.canswarm.protocol.payload.PlanTask;
import java.util.List;

/**
 * Something outside that a role asks for; the answer comes back to the same role. Two equal effects
 * are one: it is not started again while it runs.
 */
public sealed interface Effect {
  /** The agent that asks for it; the result goes to its role. */
  Agent agent();

  /** Ask the decision gate for this proposal. */
  record AskGate(Agent agent, String proposalId, long lamport, int kPlan) implements Effect {}

  /**
   * Do the work and store the artifact.
   *
   * @param claimId the CLAIM under which it is done
   */
  record RunTask(
      Agent agent,
      String claimId,
      String taskId,
      int attempt,
      long token,
      PlanTask spec,
      List<String> inputs)
      implements Effect {}

  /**
   * Judge an artifact from the input, never from what the worker stored.
   *
   * @param commitId the COMMIT that is judged
   * @param inputs accepted artifacts of the required tasks
   */
  record VerifyWork(
      Agent agent,
      String commitId,
      String taskId,
      int attempt,
      String artifact,
      PlanTask spec,
      List<String> inputs)
      implements Effect {}

  /** Wait for the proposal that the gate admitted, and then go on with the own one. */
  record AwaitGate(Agent agent, AskGate asked, long waitMillis) implements Effect {}
}
