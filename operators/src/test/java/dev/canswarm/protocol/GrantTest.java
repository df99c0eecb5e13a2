package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Release;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GrantTest {
  private final PureSwarm swarm = new PureSwarm(1, 2, 2, false);

  @Test
  void theDecideOpensTheFirstGrantOfATaskThatRequiresNoOther() {
    DecidedPlan plan = plan();

    List<Grant> grants = Grant.of(swarm.view(), plan, plan.tasks().get(0));

    assertThat(grants).hasSize(1);
    Grant first = grants.get(0);
    assertThat(first.token()).isEqualTo(1);
    assertThat(first.attempt()).isEqualTo(1);
    assertThat(first.opener()).isEqualTo(plan.decide());
    assertThat(first.exclude()).isEmpty();
    assertThat(first.claim()).isNull();
    assertThat(first.end()).isNull();
  }

  @Test
  void aGrantNamesItsClaimAndTheCommitThatEndedIt() {
    Stored.Message commit = swarm.commit(PureSwarm.ARTIFACT);
    DecidedPlan plan = plan();

    List<Grant> grants = Grant.of(swarm.view(), plan, plan.tasks().get(0));

    assertThat(grants).hasSize(1);
    assertThat(grants.get(0).end()).isEqualTo(commit);
    assertThat(commit.payload()).isInstanceOf(Commit.class);
    assertThat(Objects.requireNonNull(grants.get(0).claim()).envelope().sender())
        .isEqualTo(swarm.worker.key());
  }

  @Test
  void aRejectedAttemptOpensTheNextGrantWithTheNextAttemptAndToken() {
    Stored.Message commit = swarm.commit("f".repeat(64));
    swarm.cast(swarm.asked().get(0), commit, false);
    swarm.apply(swarm.coordinator.react(swarm.view(), Deadlines.none()));
    swarm.apply(swarm.coordinator.react(swarm.view(), Deadlines.none()));
    DecidedPlan plan = plan();

    List<Grant> grants = Grant.of(swarm.view(), plan, plan.tasks().get(0));

    assertThat(grants).extracting(Grant::token).containsExactly(1L, 2L);
    assertThat(grants).extracting(Grant::attempt).containsExactly(1, 2);
    assertThat(grants.get(1).opener().payload()).isInstanceOf(Release.class);
    assertThat(grants.get(1).claim()).isNull();
  }

  private DecidedPlan plan() {
    return Objects.requireNonNull(swarm.view().plan(), "a decided plan");
  }
}
