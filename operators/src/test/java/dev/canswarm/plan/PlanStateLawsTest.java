package dev.canswarm.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.TaskId;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The view of a set of operations is a join semilattice, and its join is what merging does. */
class PlanStateLawsTest {
  @Provide
  Arbitrary<List<PlanOp>> ops() {
    return Arbitraries.randomValue(SampleOps::of);
  }

  private static PlanState view(List<PlanOp> ops) {
    return PlanState.of(ops);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void mergingIsCommutative(@ForAll("ops") List<PlanOp> a, @ForAll("ops") List<PlanOp> b) {
    assertThat(view(a).merge(view(b))).isEqualTo(view(b).merge(view(a)));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void mergingIsAssociative(
      @ForAll("ops") List<PlanOp> a, @ForAll("ops") List<PlanOp> b, @ForAll("ops") List<PlanOp> c) {
    assertThat(view(a).merge(view(b)).merge(view(c)))
        .isEqualTo(view(a).merge(view(b).merge(view(c))));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void mergingIsIdempotentAndNothingIsNeutral(@ForAll("ops") List<PlanOp> a) {
    assertThat(view(a).merge(view(a))).isEqualTo(view(a));
    assertThat(view(a).merge(PlanState.EMPTY)).isEqualTo(view(a));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anyOrderRepetitionAndPartitionGiveTheSameView(
      @ForAll("ops") List<PlanOp> a, @ForAll Random random) {
    List<List<PlanOp>> parts = SampleOps.scattered(a, random);
    assertThat(
            parts.stream().map(PlanStateLawsTest::view).reduce(PlanState.EMPTY, PlanState::merge))
        .isEqualTo(view(a));
    assertThat(view(parts.stream().flatMap(List::stream).toList())).isEqualTo(view(a));
  }

  /** The join is the least of all views that know both. */
  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void theJoinIsTheLeastUpperBound(
      @ForAll("ops") List<PlanOp> a, @ForAll("ops") List<PlanOp> b, @ForAll("ops") List<PlanOp> c) {
    PlanState join = view(a).merge(view(b));
    assertThat(join.merge(view(a))).isEqualTo(join);
    assertThat(join.merge(view(b))).isEqualTo(join);
    PlanState above = view(c).merge(view(b)).merge(view(a));
    assertThat(above.merge(join)).isEqualTo(above);
  }

  /**
   * The compared text shows every difference: a further operation changes it unless it was known.
   */
  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void nothingThatIsSaidIsLost(@ForAll("ops") List<PlanOp> a) {
    PlanState whole = view(a);
    for (PlanOp op : a) {
      PlanState alone = view(List.of(op));
      assertThat(whole.edges()).containsAll(alone.edges());
      assertThat(whole.remarks()).containsAll(alone.remarks());
      alone
          .progress()
          .forEach(
              (task, progress) ->
                  assertThat(whole.progress().get(task)).isGreaterThanOrEqualTo(progress));
    }
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void aWholeChainEndsFinalInItsLastAttempt(@ForAll Random random) {
    List<PlanOp> chain = SampleOps.chain(random);
    PlanState view =
        view(SampleOps.scattered(chain, random).stream().flatMap(List::stream).toList());
    assertThat(view.progress()).isNotEmpty();
    view.progress()
        .forEach(
            (task, progress) -> {
              assertThat(progress.state()).isEqualTo(TaskState.FINAL);
              assertThat(view(chain).progress().get(task)).isEqualTo(progress);
            });
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aTaskOnlyClimbs(@ForAll("ops") List<PlanOp> a, @ForAll("ops") List<PlanOp> b) {
    PlanState merged = view(a).merge(view(b));
    view(a)
        .progress()
        .forEach(
            (task, before) ->
                assertThat(merged.progress().get(task)).isGreaterThanOrEqualTo(before));
  }

  @Property(tries = 100)
  void aStateThatComesBeforeItsTaskIsKept(@ForAll("ops") List<PlanOp> a) {
    TaskId late = new TaskId("late");
    PlanOp state = PlanOp.state(late, new TaskProgress(1, TaskState.COMMITTED));
    PlanOp task = PlanOp.addTask(late, "a.type");
    PlanState early = view(List.of(state)).merge(view(a));
    assertThat(early.typeOf(late)).isNull();
    PlanState whole = early.merge(view(List.of(task)));
    assertThat(whole.typeOf(late)).isEqualTo("a.type");
    assertThat(whole.progress().get(late)).isEqualTo(new TaskProgress(1, TaskState.COMMITTED));
  }

  @Property(tries = 20)
  void aSecondAttemptRisesOverARejectedFirst(@ForAll TaskState second) {
    TaskProgress rejected = new TaskProgress(1, TaskState.REJECTED);
    TaskProgress next = new TaskProgress(2, second);
    assertThat(rejected.join(next)).isEqualTo(next);
    assertThat(next.join(rejected)).isEqualTo(next);
  }

  @Property(tries = 200)
  void operationsSurviveTheirJson(@ForAll("ops") List<PlanOp> a) {
    assertThat(PlanOp.fromJson(PlanOp.toJson(a))).isEqualTo(a);
  }
}
