package dev.canswarm.protocol;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Orders the tasks of a NEED into a plan in which each task requires only earlier ones. */
public final class Plans {
  private Plans() {}

  /**
   * Returns the plan of a NEED: its tasks in the order of the NEED, except that a task follows all
   * tasks that it requires.
   *
   * @throws RefusedException BAD_PLAN for too many tasks, a name that is used twice, a reference to
   *     no task, a cycle
   */
  public static Propose of(Need need, Policy policy) {
    List<Need.Task> tasks = need.tasks();
    if (tasks.size() > policy.planTasksMax()) {
      throw badPlan("expected at most " + policy.planTasksMax() + " tasks, got " + tasks.size());
    }
    SortedMap<String, Need.Task> byName = byName(tasks);
    SortedMap<String, Integer> placed = new TreeMap<>();
    List<PlanTask> plan = new ArrayList<>();
    List<Need.Task> left = new ArrayList<>(tasks);
    while (!left.isEmpty()) {
      Need.Task next =
          left.stream()
              .filter(task -> placed.keySet().containsAll(task.requires()))
              .findFirst()
              .orElseThrow(() -> stuck(left, byName));
      left.remove(next);
      plan.add(planTask(next, placed));
      placed.put(next.name(), placed.size());
    }
    return new Propose(plan);
  }

  private static SortedMap<String, Need.Task> byName(List<Need.Task> tasks) {
    SortedMap<String, Need.Task> byName = new TreeMap<>();
    for (Need.Task task : tasks) {
      if (byName.put(task.name(), task) != null) {
        throw badPlan("expected distinct task names, got \"" + task.name() + "\" twice");
      }
    }
    return byName;
  }

  private static PlanTask planTask(Need.Task task, SortedMap<String, Integer> placed) {
    List<Integer> requires = task.requires().stream().map(placed::get).sorted().distinct().toList();
    return new PlanTask(
        task.taskType(), task.input(), task.inputArtifact(), requires, task.produces());
  }

  private static RefusedException stuck(List<Need.Task> left, SortedMap<String, Need.Task> byName) {
    for (Need.Task task : left) {
      for (String required : task.requires()) {
        if (!byName.containsKey(required)) {
          return badPlan(
              "task \"" + task.name() + "\" requires \"" + required + "\", which is not a task");
        }
      }
    }
    return badPlan(
        "expected no cycle, got one among " + left.stream().map(Need.Task::name).toList());
  }

  /**
   * Refuses a plan that cannot be carried out.
   *
   * @throws RefusedException BAD_PLAN
   */
  public static void check(Propose propose, Policy policy) {
    if (propose.plan().size() > policy.planTasksMax()) {
      throw badPlan(
          "expected at most " + policy.planTasksMax() + " tasks, got " + propose.plan().size());
    }
  }

  /**
   * Whether a plan is the one that follows from the NEED. Any other plan was invented by its
   * planner, and replay, which derives plans again, would report it.
   */
  public static boolean follows(Propose propose, Need need, Policy policy) {
    try {
      return propose.equals(of(need, policy));
    } catch (RefusedException e) {
      return false;
    }
  }

  private static RefusedException badPlan(String detail) {
    return new RefusedException(Reason.BAD_PLAN, detail);
  }
}
