package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.task.TaskHandler;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A demo that shows one feature, most with one NEED. */
public enum DemoScenario {
  /** A worker lies, the verifiers catch it, another one's attempt passes. */
  CHALLENGE(
      "worker-1 lies about what it counted. worker-2, which does not, joins after the lie.",
      "planner,decider,verifier,coordinator,gateway"),
  /** A plan of six tasks that build on each other. */
  GRAPH(
      "six tasks that build on each other; each is released by the votes on those before it.",
      DemoScenario.ALL),
  /** A module of the policy refuses one COMMIT, and runs out of gas on another. */
  POLICY(
      "the policy has a module, which refuses a COMMIT; it runs out of gas on demo-2's, and lets"
          + " demo-3's pass.",
      DemoScenario.ALL),
  /** A key is stolen while it is in use; an administrator replaces it. */
  ROTATION(
      "the key that takes demo-1's task is stolen. The administrator rotates it, and says that the"
          + " old one is compromised. demo-2 comes afterwards.",
      DemoScenario.ALL);

  private static final String ALL = "planner,decider,worker,verifier,coordinator,gateway";

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
      case POLICY, ROTATION -> DemoTasks.total();
    };
  }

  /** Returns the payloads of the NEEDs for a passage of text. */
  List<byte[]> needs(String passage) {
    return switch (this) {
      case CHALLENGE -> List.of(DemoTasks.countNeed(passage));
      case GRAPH -> List.of(DemoTasks.graphNeed(passage));
      case POLICY -> PolicyStory.needs(passage);
      case ROTATION -> RotationStory.needs(passage);
    };
  }

  /** How the NEEDs end, in their order. */
  List<String> outcomes() {
    return switch (this) {
      case CHALLENGE, GRAPH -> List.of("ACCEPTED");
      case POLICY -> PolicyStory.OUTCOMES;
      case ROTATION -> RotationStory.OUTCOMES;
    };
  }

  /** How many of its threads are shown, from the first on. */
  int shown() {
    return this == ROTATION ? RotationStory.OUTCOMES.size() : 1;
  }

  /** How many NEEDs are sent before one has ended. */
  int openMax() {
    return this == ROTATION ? RotationStory.OPEN_MAX : DemoFeed.OPEN_MAX;
  }

  /** The policy under which it runs. */
  byte[] policy(byte[] given) {
    return this == POLICY ? PolicyStory.policy(given) : given;
  }

  /** The modules that this policy names. */
  ModuleFiles modules() {
    return this == POLICY ? PolicyStory.modules() : ModuleFiles.none();
  }
}
