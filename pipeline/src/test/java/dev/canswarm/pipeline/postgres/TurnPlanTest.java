package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.postgres.TurnPlan.Dependency;
import dev.canswarm.pipeline.postgres.TurnPlan.Sent;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.TurnWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnPlanTest {
  @Test
  void candidatesAreSortedByLevelAndThenByKeyAndDependenciesNamePlaces() {
    TurnPlan plan = plan(candidate("B"), candidate("Z", 0), candidate("A"), candidate("C", 1, 2));

    assertThat(plan.sent())
        .extracting(sent -> sent.key().slot())
        .containsExactly("A", "B", "Z", "C");
    assertThat(plan.sent()).extracting(Sent::level).containsExactly(0, 0, 1, 2);
    assertThat(plan.depth()).isEqualTo(3);
    assertThat(plan.dependencies())
        .containsExactlyInAnyOrder(
            new Dependency(3, 2), new Dependency(4, 3), new Dependency(4, 1));
  }

  @Test
  void theSecondCandidateForASlotAndWhatDependsOnItAreLeftOut() {
    TurnPlan plan = plan(candidate("A"), other("A"), candidate("B", 1), candidate("C", 0));

    assertThat(plan.sent()).extracting(Sent::index).containsExactly(0, 3);
    assertThat(plan.firstOfSlot(1)).isZero();
    assertThat(plan.firstOfSlot(2)).isEqualTo(2);
  }

  @Test
  void aRepeatedCandidateCountsAsTheFirstOne() {
    TurnPlan plan = plan(candidate("A"), candidate("A"), candidate("B", 1));

    assertThat(plan.sent()).extracting(Sent::index).containsExactly(0, 2);
    assertThat(plan.dependencies()).containsExactly(new Dependency(2, 1));
  }

  @Test
  void whatIsDeeperThanAllowedIsLeftOut() {
    List<Candidate> chain = new ArrayList<>();
    chain.add(candidate("S0"));
    for (int i = 1; i <= TurnWrite.DEPTH_MAX; i++) {
      chain.add(candidate("S" + i, i - 1));
    }

    TurnPlan plan = plan(chain.toArray(new Candidate[0]));

    assertThat(plan.depth()).isEqualTo(TurnWrite.DEPTH_MAX);
    assertThat(plan.sent()).hasSize(TurnWrite.DEPTH_MAX);
  }

  @Test
  void timersThatEndInTheSameWriteAreNotArmed() {
    TurnPlan plan =
        new TurnPlan(
            new TurnWrite(
                List.of(),
                List.of(timer("closed", "S"), timer("waited", null), timer("come", "S")),
                ids("closed"),
                ids("waited", "come", "closed", "stored")));

    assertThat(plan.timers()).extracting(OpenNeed::needId).containsExactly(new NeedId("come"));
    assertThat(plan.closings()).containsExactlyElementsOf(ids("closed"));
    assertThat(plan.abandonments()).containsExactlyElementsOf(ids("stored", "waited"));
  }

  private static TurnPlan plan(Candidate... candidates) {
    return new TurnPlan(new TurnWrite(List.of(candidates), List.of(), List.of(), List.of()));
  }

  private static Candidate candidate(String slot, Integer... basis) {
    return new Candidate(TestRows.row("scope", slot, Verb.PROPOSE, slot), List.of(basis));
  }

  private static Candidate other(String slot) {
    return Candidate.free(TestRows.row("scope", slot, Verb.PROPOSE, "another " + slot));
  }

  private static List<NeedId> ids(String... texts) {
    return Stream.of(texts).map(NeedId::new).toList();
  }

  private static OpenNeed timer(String needId, @Nullable String slot) {
    return new OpenNeed(new NeedId(needId), new ThreadId("thread"), slot, 0, 1, 0);
  }
}
