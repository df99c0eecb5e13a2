package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** From named tasks in any order to a plan in which each requires only earlier ones. */
class PlansTest {
  private static final int TASKS_MAX = PureSwarm.PLAN_TASKS_MAX;

  private static Need.Task task(String name, List<String> requires) {
    // The name comes back as what the task produces, so that a plan shows which task is where.
    return new Need.Task(
        name, "a.type", JsonNumber.of(1), null, requires, List.of("made by " + name));
  }

  private static Propose plan(List<Need.Task> tasks) {
    return Plans.of(new Need(tasks, null, null, null), PureSwarm.policy(1, 1));
  }

  private static List<String> order(Propose plan) {
    return plan.plan().stream()
        .map(task -> task.produces().get(0).substring("made by ".length()))
        .toList();
  }

  /** Tasks without a cycle, in an order that does not show it. */
  private static List<Need.Task> shuffled(int count, Random random) {
    List<Need.Task> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> requires = new ArrayList<>();
      for (int j = 0; j < i; j++) {
        if (random.nextInt(3) == 0) {
          requires.add("t" + j);
        }
      }
      Collections.shuffle(requires, random);
      tasks.add(task("t" + i, requires));
    }
    Collections.shuffle(tasks, random);
    return tasks;
  }

  @Property(tries = 300)
  void everyTaskComesOnceAndBehindWhatItRequires(
      @ForAll @IntRange(min = 1, max = TASKS_MAX) int count, @ForAll Random random) {
    List<Need.Task> tasks = shuffled(count, random);
    Propose plan = plan(tasks);
    List<String> order = order(plan);

    assertThat(order)
        .containsExactlyInAnyOrderElementsOf(tasks.stream().map(Need.Task::name).toList());
    for (Need.Task task : tasks) {
      PlanTask placed = plan.plan().get(order.indexOf(task.name()));
      assertThat(placed.requires())
          .isSorted()
          .allMatch(index -> index < order.indexOf(task.name()))
          .extracting(order::get)
          .containsExactlyInAnyOrderElementsOf(task.requires());
    }
  }

  @Property(tries = 300)
  void aTaskIsOvertakenOnlyWhileItIsBlocked(
      @ForAll @IntRange(min = 1, max = TASKS_MAX) int count, @ForAll Random random) {
    List<Need.Task> tasks = shuffled(count, random);
    List<String> order = order(plan(tasks));
    for (int early = 0; early < tasks.size(); early++) {
      for (int late = early + 1; late < tasks.size(); late++) {
        int overtaking = order.indexOf(tasks.get(late).name());
        if (overtaking < order.indexOf(tasks.get(early).name())) {
          List<String> placedBefore = order.subList(0, overtaking);
          assertThat(placedBefore.containsAll(tasks.get(early).requires())).isFalse();
        }
      }
    }
  }

  @Property(tries = 100)
  void anOrderThatIsFineStays(
      @ForAll @IntRange(min = 1, max = TASKS_MAX) int count, @ForAll Random random) {
    List<Need.Task> tasks = shuffled(count, random);
    List<String> order = order(plan(tasks));
    List<Need.Task> sorted = new ArrayList<>(tasks);
    sorted.sort(Comparator.comparingInt(task -> order.indexOf(task.name())));
    assertThat(order(plan(sorted))).isEqualTo(order);
  }

  @Property(tries = 100)
  void aCycleIsRefused(
      @ForAll @IntRange(min = 1, max = TASKS_MAX) int count, @ForAll Random random) {
    List<Need.Task> tasks = new ArrayList<>(shuffled(count, random));
    // Close a ring over some of them.
    int length = 1 + random.nextInt(count);
    for (int i = 0; i < length; i++) {
      Need.Task old = tasks.get(i);
      List<String> requires = new ArrayList<>(old.requires());
      requires.add(tasks.get((i + 1) % length).name());
      tasks.set(i, task(old.name(), requires));
    }
    assertBadPlan(tasks, "cycle");
  }

  @Example
  void aReferenceToNoTaskIsRefused() {
    assertBadPlan(List.of(task("a", List.of("b"))), "\"b\", which is not a task");
  }

  @Example
  void aNameUsedTwiceIsRefused() {
    assertBadPlan(List.of(task("a", List.of()), task("a", List.of())), "\"a\" twice");
  }

  @Example
  void tooManyTasksAreRefused() {
    List<Need.Task> tasks = new ArrayList<>();
    for (int i = 0; i <= TASKS_MAX; i++) {
      tasks.add(task("t" + i, List.of()));
    }
    assertBadPlan(tasks, "at most " + TASKS_MAX);
  }

  private static void assertBadPlan(List<Need.Task> tasks, String detail) {
    assertThatThrownBy(() -> plan(tasks))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_PLAN))
        .hasMessageContaining(detail);
  }
}
