package dev.canswarm.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The view of a set of operations is a join semilattice, and its join is what merging does. */
class PlanStateLawsTest {
  @Provide
  Arbitrary<List<PlanOp>> ops() {
    Arbitrary<String> task = Arbitraries.of("t0", "t1", "t2");
    Arbitrary<String> name = Arbitraries.of("x", "y", "t0", "t1");
    Arbitrary<TaskProgress> progress =
        Combinators.combine(
                Arbitraries.integers().between(0, 3), Arbitraries.of(TaskState.values()))
            .as(TaskProgress::new);
    return Arbitraries.oneOf(
            Combinators.combine(task, Arbitraries.of("a.type", "b.type")).as(PlanOp::addTask),
            Combinators.combine(task, name).as(PlanOp::requires),
            Combinators.combine(task, name).as(PlanOp::produces),
            Combinators.combine(task, progress).as(PlanOp::state),
            Combinators.combine(task, name, name).as(PlanOp::link),
            Combinators.combine(task, name)
                .as((t, by) -> PlanOp.annotate(t, JsonObject.builder().put("by", by).build())))
        .list()
        .ofMaxSize(20);
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
  void anyOrderAndAnyRepetitionGiveTheSameView(
      @ForAll("ops") List<PlanOp> a, @ForAll Random random) {
    List<PlanOp> shuffled = new ArrayList<>(a);
    a.stream().filter(op -> random.nextBoolean()).forEach(shuffled::add);
    Collections.shuffle(shuffled, random);
    assertThat(view(shuffled)).isEqualTo(view(a));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anyPartitionMergedInAnyOrderGivesTheSameView(
      @ForAll("ops") List<PlanOp> a, @ForAll Random random) {
    List<PlanState> parts = new ArrayList<>();
    List<PlanOp> part = new ArrayList<>();
    for (PlanOp op : a) {
      part.add(op);
      if (random.nextInt(4) == 0) {
        parts.add(view(part));
        part.clear();
      }
    }
    parts.add(view(part));
    Collections.shuffle(parts, random);
    assertThat(parts.stream().reduce(PlanState.EMPTY, PlanState::merge)).isEqualTo(view(a));
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
    PlanOp state = PlanOp.state("late", new TaskProgress(1, TaskState.COMMITTED));
    PlanOp task = PlanOp.addTask("late", "a.type");
    PlanState early = view(List.of(state)).merge(view(a));
    assertThat(early.typeOf("late")).isNull();
    PlanState whole = early.merge(view(List.of(task)));
    assertThat(whole.typeOf("late")).isEqualTo("a.type");
    assertThat(whole.progress().get("late")).isEqualTo(new TaskProgress(1, TaskState.COMMITTED));
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
