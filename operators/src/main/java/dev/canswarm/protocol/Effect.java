package dev.canswarm.protocol;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.protocol.payload.PlanTask;
import java.util.List;

/**
 * An action outside the pure roles that a role asks for; its result goes back to the same role.
 * Equal effects are the same effect, which is not started again while it runs.
 */
public sealed interface Effect {
  /** The agent that asks for it; the result goes to its role. */
  Agent agent();

  /** Asks the decision gate for a proposal. */
  record AskGate(Agent agent, EnvelopeId proposalId, long lamport, int kPlan) implements Effect {
    // Of the id alone, as in the other effects: a hash of all fields reads the whole plan.
    @Override
    public int hashCode() {
      return proposalId.hashCode();
    }
  }

  /**
   * Runs a task and stores its artifact.
   *
   * @param claimId the CLAIM that holds the lease
   */
  record RunTask(
      Agent agent,
      EnvelopeId claimId,
      TaskId taskId,
      int attempt,
      long token,
      PlanTask spec,
      List<String> inputs)
      implements Effect {
    @Override
    public int hashCode() {
      return claimId.hashCode();
    }
  }

  /**
   * Judges an artifact by the task's input, never by other data from the worker.
   *
   * @param commitId the COMMIT that is judged
   * @param inputs accepted artifacts of the required tasks
   */
  record VerifyWork(
      Agent agent,
      EnvelopeId commitId,
      TaskId taskId,
      int attempt,
      String artifact,
      PlanTask spec,
      List<String> inputs)
      implements Effect {
    @Override
    public int hashCode() {
      return 31 * commitId.hashCode() + agent.key().hashCode();
    }
  }

  /** Waits for the DECIDE of the proposal that the gate admitted, for a bounded time. */
  record AwaitGate(Agent agent, AskGate asked, long waitMillis) implements Effect {}
}
