package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.task.TaskHandler;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A demo that shows one feature with one NEED. */
public enum DemoScenario {
  /** A worker lies, the verifiers catch it, another one's attempt passes. */
  CHALLENGE(
      "worker-1 lies about what it counted. worker-2, which does not, joins when the lie is told.",
      "planner,decider,verifier,coordinator,gateway"),
  /** A plan of six tasks that build on each other. */
  GRAPH(
      "six tasks that build on each other; each is released by the votes on those before it.",
      "planner,decider,worker,verifier,coordinator,gateway");

  private final String story;
  private final String roles;

  DemoScenario(String story, String roles) {
    this.story = story;
    this.roles = roles;
  }

  /** Returns its name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the scenario with a label; empty if there is none. */
  public static Optional<DemoScenario> of(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /** Returns all labels, in the order of the scenarios. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(DemoScenario::label).toList();
  }

  /** The roles of the demo's own process; others are processes of the scenario. */
  public String roles() {
    return roles;
  }

  String story() {
    return story;
  }

  /** Returns the task handlers of honest agents. */
  List<TaskHandler> tasks() {
    return switch (this) {
      case CHALLENGE -> List.of(DemoTasks.count());
      case GRAPH -> DemoTasks.graph();
    };
  }

  /** Returns the payload of the NEED for a passage of text. */
  byte[] need(String passage) {
    return switch (this) {
      case CHALLENGE -> DemoTasks.countNeed(passage);
      case GRAPH -> DemoTasks.graphNeed(passage);
    };
  }
}
