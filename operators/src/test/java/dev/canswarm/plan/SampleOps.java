package dev.canswarm.plan;

import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Operations as a swarm leaves them, and others that no swarm would. The same for a seed. */
public final class SampleOps {
  private static final int TASKS_MAX = 4;
  private static final int ATTEMPTS_MAX = 4;
  private static final int STRAY_MAX = 12;

  private SampleOps() {}

  /** A plan with its attempts, cut off anywhere, with some operations that fit nothing. */
  public static List<PlanOp> of(Random random) {
    List<PlanOp> ops = new ArrayList<>(chain(random));
    if (random.nextInt(4) == 0) {
      ops = new ArrayList<>(ops.subList(0, random.nextInt(ops.size() + 1)));
    }
    for (int i = random.nextInt(STRAY_MAX); i > 0; i--) {
      ops.add(stray(random));
    }
    return List.copyOf(ops);
  }

  /** What a plan of some tasks leaves, each with rejected attempts and leases that ran out. */
  public static List<PlanOp> chain(Random random) {
    List<PlanOp> ops = new ArrayList<>();
    int tasks = 1 + random.nextInt(TASKS_MAX);
    for (int task = 0; task < tasks; task++) {
      TaskId id = task(task);
      ops.add(PlanOp.addTask(id, random.nextBoolean() ? "a.type" : "b.type"));
      for (int required = 0; required < task; required++) {
        if (random.nextBoolean()) {
          ops.add(PlanOp.requires(id, task(required)));
        }
      }
      ops.add(PlanOp.produces(id, "name-" + random.nextInt(2)));
    }
    ops.add(PlanOp.link("need", "need", "proposal"));
    for (int task = 0; task < tasks; task++) {
      attempts(task(task), random, ops);
    }
    return ops;
  }

  private static void attempts(TaskId task, Random random, List<PlanOp> ops) {
    int attempts = 1 + random.nextInt(ATTEMPTS_MAX);
    ops.add(state(task, 1, TaskState.DECIDED));
    for (int attempt = 1; attempt <= attempts; attempt++) {
      for (int lease = random.nextInt(3); lease >= 0; lease--) {
        ops.add(remark(task, "worker-" + lease));
        ops.add(state(task, attempt, TaskState.DECIDED));
      }
      String artifact = "artifact-" + random.nextInt(3);
      ops.add(state(task, attempt, TaskState.COMMITTED));
      ops.add(PlanOp.link(task.text(), task.text(), artifact));
      ops.add(remark(task, "verifier-" + random.nextInt(3)));
      boolean last = attempt == attempts;
      ops.add(state(task, attempt, last ? TaskState.VERIFIED : TaskState.REJECTED));
    }
    ops.add(state(task, attempts, TaskState.FINAL));
  }

  private static PlanOp stray(Random random) {
    TaskId task = task(random.nextInt(TASKS_MAX + 2));
    String name = List.of("x", "t0", "t1", "é\u0000\uD83D\uDE00").get(random.nextInt(4));
    return switch (OpType.values()[random.nextInt(OpType.values().length)]) {
      case ADD_TASK -> PlanOp.addTask(task, random.nextBoolean() ? "a.type" : "c.type");
      case REQUIRES -> PlanOp.requires(task, new TaskId(name));
      case PRODUCES -> PlanOp.produces(task, name);
      case STATE ->
          state(
              task,
              random.nextInt(ATTEMPTS_MAX + 2),
              TaskState.values()[random.nextInt(TaskState.values().length)]);
      case LINK -> PlanOp.link(task.text(), name, task.text());
      case ANNOTATE -> remark(task, name);
    };
  }

  private static TaskId task(int number) {
    return new TaskId("t" + number);
  }

  private static PlanOp state(TaskId task, int attempt, TaskState state) {
    return PlanOp.state(task, new TaskProgress(attempt, state));
  }

  private static PlanOp remark(TaskId task, String by) {
    return PlanOp.annotate(task, JsonObject.builder().put("by", by).build());
  }

  /** The same, some of them twice, in any order, in parts of any size. */
  public static List<List<PlanOp>> scattered(List<PlanOp> ops, Random random) {
    List<PlanOp> all = new ArrayList<>(ops);
    ops.stream().filter(op -> random.nextInt(3) == 0).forEach(all::add);
    Collections.shuffle(all, random);
    List<List<PlanOp>> parts = new ArrayList<>();
    List<PlanOp> part = new ArrayList<>();
    for (PlanOp op : all) {
      part.add(op);
      if (random.nextInt(4) == 0) {
        parts.add(List.copyOf(part));
        part.clear();
      }
    }
    parts.add(List.copyOf(part));
    return parts;
  }
}
