package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.pipeline.cli.ChainText;
import dev.canswarm.pipeline.cli.kafka.SeenEnvelope;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tasks of a plan are called, by what they produce. For one thread. */
final class TaskNames {
  private final Map<String, String> byId = new LinkedHashMap<>();
  private final Map<String, List<String>> requires = new LinkedHashMap<>();
  private final Map<String, String> byCommit = new LinkedHashMap<>();

  /** Takes note of a PROPOSE's tasks, and of which task a COMMIT is about. */
  void note(SeenEnvelope envelope) {
    switch (envelope.kind()) {
      case PROPOSE -> plan(envelope.id(), Propose.parse(envelope.payload()).plan());
      case COMMIT -> {
        String name = byId.get(envelope.text("task_id"));
        if (name != null) {
          byCommit.put(envelope.id(), name);
        }
      }
      case NEED, CLAIM, ATTEST, DECIDE, FINALIZE, YIELD, RELEASE -> {
        // Nothing is called anything by these.
      }
    }
  }

  private void plan(String proposalId, List<PlanTask> plan) {
    for (int i = 0; i < plan.size(); i++) {
      PlanTask task = plan.get(i);
      if (!task.produces().isEmpty()) {
        String name = task.produces().get(0);
        byId.put(EnvelopeIds.taskId(proposalId, i), name);
        requires.put(
            name,
            task.requires().stream()
                .map(index -> plan.get(index).produces().stream().findFirst().orElse("?"))
                .toList());
      }
    }
  }

  /** The task that an envelope is about, where it has a name. */
  Optional<String> of(SeenEnvelope envelope) {
    String target = byCommit.get(envelope.text("target"));
    return Optional.ofNullable(target != null ? target : byId.get(envelope.text("task_id")));
  }

  /** The tasks that have to be verified before a task is released, in the plan's order. */
  List<String> requiredBy(String name) {
    return requires.getOrDefault(name, List.of());
  }

  /** Task to those it requires, in the plan's order. */
  Map<String, List<String>> all() {
    return requires;
  }

  /** A text with the task's name in place of its short id. */
  String named(String text, SeenEnvelope envelope) {
    String id = envelope.text("task_id");
    String name = byId.get(id);
    return name == null ? text : text.replace(ChainText.shortId(id), name);
  }
}
