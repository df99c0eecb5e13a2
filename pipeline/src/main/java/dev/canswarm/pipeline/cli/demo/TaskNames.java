package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.pipeline.cli.command.ChainText;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The names of a plan's tasks, taken from what they produce. Not thread-safe. */
final class TaskNames {
  private final Map<String, String> byId = new LinkedHashMap<>();
  private final Map<String, List<String>> requires = new LinkedHashMap<>();
  private final Map<String, String> byCommit = new LinkedHashMap<>();

  /** Records the tasks of a PROPOSE, and the task of a COMMIT. */
  void note(UnverifiedEnvelope envelope) {
    switch (envelope.verb()) {
      case PROPOSE -> plan(new EnvelopeId(envelope.id()), Propose.parse(envelope.payload()).plan());
      case COMMIT -> {
        String name = byId.get(envelope.text("task_id"));
        if (name != null) {
          byCommit.put(envelope.id(), name);
        }
      }
      case NEED, CLAIM, ATTEST, DECIDE, FINALIZE, YIELD, RELEASE, CANCEL, CONTROL -> {
        // These carry no task names.
      }
    }
  }

  private void plan(EnvelopeId proposalId, List<PlanTask> plan) {
    for (int i = 0; i < plan.size(); i++) {
      PlanTask task = plan.get(i);
      if (!task.produces().isEmpty()) {
        String name = task.produces().get(0);
        byId.put(TaskId.of(proposalId, i).text(), name);
        requires.put(
            name,
            task.requires().stream()
                .map(index -> plan.get(index).produces().stream().findFirst().orElse("?"))
                .toList());
      }
    }
  }

  /** Returns the name of an envelope's task, if it has one. */
  Optional<String> of(UnverifiedEnvelope envelope) {
    String target = byCommit.get(envelope.text("target"));
    return Optional.ofNullable(target != null ? target : byId.get(envelope.text("task_id")));
  }

  /** Returns the tasks that must be verified before a task is released, in the plan's order. */
  List<String> requiredBy(String name) {
    return requires.getOrDefault(name, List.of());
  }

  /** Returns each task's requirements, in the plan's order. */
  Map<String, List<String>> all() {
    return requires;
  }

  /** Returns the text with the task's name in place of its short id. */
  String named(String text, UnverifiedEnvelope envelope) {
    String id = envelope.text("task_id");
    String name = byId.get(id);
    return name == null ? text : text.replace(ChainText.shortId(id), name);
  }
}
