package dev.canswarm.plan;

import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state that a set of operations describes: a join semilattice. {@link #merge} is commutative,
 * associative and idempotent, so any order, repetition or partition of the same operations gives
 * the same view; a STATE that comes before its ADD_TASK is kept. Immutable.
 */
public final class PlanState {
  /** The state of no operations: the neutral element of {@link #merge}. */
  public static final PlanState EMPTY =
      new PlanState(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeSet<>());

  /** A relation between two named things. */
  public record Edge(String parent, String child, OpType relation) implements Comparable<Edge> {
    @Override
    public int compareTo(Edge other) {
      int byParent = parent.compareTo(other.parent);
      int byChild = byParent != 0 ? byParent : child.compareTo(other.child);
      return byChild != 0 ? byChild : relation.compareTo(other.relation);
    }
  }

  private final SortedMap<TaskId, String> types;
  private final SortedMap<TaskId, TaskProgress> progress;
  private final SortedSet<Edge> edges;
  private final SortedSet<String> remarks;

  private PlanState(
      SortedMap<TaskId, String> types,
      SortedMap<TaskId, TaskProgress> progress,
      SortedSet<Edge> edges,
      SortedSet<String> remarks) {
    this.types = Collections.unmodifiableSortedMap(types);
    this.progress = Collections.unmodifiableSortedMap(progress);
    this.edges = Collections.unmodifiableSortedSet(edges);
    this.remarks = Collections.unmodifiableSortedSet(remarks);
  }

  /** The view of these operations, in any order. */
  public static PlanState of(Iterable<PlanOp> ops) {
    TreeMap<TaskId, String> types = new TreeMap<>();
    TreeMap<TaskId, TaskProgress> progress = new TreeMap<>();
    TreeSet<Edge> edges = new TreeSet<>();
    TreeSet<String> remarks = new TreeSet<>();
    for (PlanOp op : ops) {
      switch (op.type()) {
        case ADD_TASK -> {
          TaskId task = new TaskId(op.subject());
          types.merge(task, text(op, "task_type"), PlanState::smaller);
          progress.merge(task, TaskProgress.START, TaskProgress::join);
        }
        case STATE ->
            progress.merge(
                new TaskId(op.subject()),
                new TaskProgress(number(op, "attempt"), TaskState.valueOf(text(op, "state"))),
                TaskProgress::join);
        case REQUIRES -> edges.add(new Edge(text(op, "requires"), op.subject(), OpType.REQUIRES));
        case PRODUCES -> edges.add(new Edge(op.subject(), text(op, "produces"), OpType.PRODUCES));
        case LINK -> edges.add(new Edge(text(op, "parent"), text(op, "child"), OpType.LINK));
        case ANNOTATE -> remarks.add(PlanOp.toJson(List.of(op)));
      }
    }
    return new PlanState(types, progress, edges, remarks);
  }

  /** The join of the two. */
  public PlanState merge(PlanState other) {
    TreeMap<TaskId, String> mergedTypes = new TreeMap<>(types);
    other.types.forEach((task, type) -> mergedTypes.merge(task, type, PlanState::smaller));
    TreeMap<TaskId, TaskProgress> mergedProgress = new TreeMap<>(progress);
    other.progress.forEach((task, p) -> mergedProgress.merge(task, p, TaskProgress::join));
    TreeSet<Edge> mergedEdges = new TreeSet<>(edges);
    mergedEdges.addAll(other.edges);
    TreeSet<String> mergedRemarks = new TreeSet<>(remarks);
    mergedRemarks.addAll(other.remarks);
    return new PlanState(mergedTypes, mergedProgress, mergedEdges, mergedRemarks);
  }

  /** Task ids with the furthest that each has come. */
  public SortedMap<TaskId, TaskProgress> progress() {
    return progress;
  }

  /** The type of a task, or null while its ADD_TASK was not seen. */
  public @Nullable String typeOf(TaskId taskId) {
    return types.get(taskId);
  }

  /** All relations between tasks, plans and artifacts. */
  public SortedSet<Edge> edges() {
    return edges;
  }

  /** All remarks, each as a canonical JSON array of one operation. */
  public SortedSet<String> remarks() {
    return remarks;
  }

  private static String smaller(String one, String other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static String text(PlanOp op, String name) {
    JsonValue value = op.payload().get(name);
    return value instanceof JsonString string ? string.value() : "";
  }

  private static int number(PlanOp op, String name) {
    JsonValue value = op.payload().get(name);
    return value instanceof JsonNumber number && number.isSafeInteger() ? (int) number.value() : 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PlanState state
        && types.equals(state.types)
        && progress.equals(state.progress)
        && edges.equals(state.edges)
        && remarks.equals(state.remarks);
  }

  @Override
  public int hashCode() {
    return progress.hashCode();
  }

  @Override
  public String toString() {
    return "PlanState" + progress;
  }
}
