package dev.canswarm.protocol;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plan that a DECIDE chose, with the ids of its tasks. */
public record DecidedPlan(Message decide, Message proposal, Decide terms, List<Task> tasks) {

  /**
   * A task of the plan.
   *
   * @param requires ids of the tasks it requires, in plan order
   */
  public record Task(TaskId id, int index, PlanTask spec, List<TaskId> requires) {}

  static DecidedPlan of(Message decide, Message proposal) {
    return new DecidedPlan(
        decide,
        proposal,
        decide.as(Decide.class),
        tasks(proposal.id(), proposal.as(Propose.class)));
  }

  /** Returns the tasks of a proposal, in plan order. */
  public static List<Task> tasks(EnvelopeId proposalId, Propose propose) {
    List<Task> tasks = new ArrayList<>();
    for (PlanTask spec : propose.plan()) {
      tasks.add(
          new Task(
              TaskId.of(proposalId, tasks.size()),
              tasks.size(),
              spec,
              spec.requires().stream().map(required -> TaskId.of(proposalId, required)).toList()));
    }
    return tasks;
  }

  /** Returns the task with an id; empty if the plan has no such task. */
  public Optional<Task> task(TaskId taskId) {
    return tasks.stream().filter(task -> task.id().equals(taskId)).findFirst();
  }
}
