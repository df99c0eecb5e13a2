package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Propose;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a coordinator does for a NEED whose rules are not known here. */
class EndingRoleTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final StageBench bench = new StageBench(RoleName.PLANNER, RoleName.COORDINATOR);
  private final StageContext.Duties duties = bench.context.current();
  private final Role real = duties.roles().playing(RoleName.COORDINATOR).orElseThrow();
  private final Role role = EndingRole.only(duties).roles().all().get(0);

  @AfterEach
  void stop() {
    bench.close();
  }

  private static NeedView decided() {
    return PLAYED.view(PLAYED.need, PLAYED.propose, PLAYED.decide);
  }

  private static Finalize end(Reaction reaction) {
    Emission.Say said = (Emission.Say) reaction.emissions().get(0);
    return Finalize.parse(said.draft().payload());
  }

  @Test
  void ofAllRolesOnlyTheCoordinatorReacts() {
    StageContext.Duties ending = EndingRole.only(duties);
    assertThat(ending.played()).containsExactly(RoleName.COORDINATOR);
    assertThat(ending.rules()).isSameAs(duties.rules());
    assertThat(ending.policyCheck()).isSameAs(duties.policyCheck());
    assertThat(ending.derivedCheck()).isSameAs(duties.derivedCheck());
    assertThat(ending.isGateway()).isEqualTo(duties.isGateway());
  }

  @Test
  void withoutACoordinatorNobodyReacts() {
    StageBench worker = new StageBench(RoleName.WORKER);
    assertThat(EndingRole.only(worker.context.current()).played()).isEmpty();
    worker.close();
  }

  @Test
  void aNeedWhoseDeadlineHasPassedEnds() {
    Reaction reaction = role.react(decided(), Deadlines.only(Timer.DEADLINE));
    assertThat(reaction.moves()).containsExactly(Move.END_EXPIRED);
    assertThat(end(reaction).outcome()).isEqualTo(Finalize.Outcome.EXPIRED);
  }

  @Test
  void aNeedThatIsCancelledEnds() {
    var cancel = PLAYED.said("client", Verb.CANCEL, new Cancel(null).toJson(), PLAYED.need);
    NeedView view = PLAYED.view(PLAYED.need, PLAYED.propose, PLAYED.decide, cancel);
    Reaction reaction = role.react(view, Deadlines.none());
    assertThat(reaction.moves()).containsExactly(Move.END_CANCELLED);
    assertThat(end(reaction).reason()).isEqualTo(Finalize.CANCELLED);
  }

  @Test
  void whatFollowsFromTheRulesIsLeftToOthers() {
    NeedView accepted =
        PLAYED.view(
            PLAYED.need,
            PLAYED.propose,
            PLAYED.decide,
            PLAYED.claim,
            PLAYED.commit,
            PLAYED.votes.get(0),
            PLAYED.votes.get(1));
    NeedView claimed = PLAYED.view(PLAYED.need, PLAYED.propose, PLAYED.decide, PLAYED.claim);
    assertThat(real.react(accepted, Deadlines.none()).isNothing()).isFalse();
    assertThat(role.react(accepted, Deadlines.none())).isEqualTo(Reaction.NONE);
    assertThat(real.react(claimed, Deadlines.only(Timer.LEASE)).isNothing()).isFalse();
    assertThat(role.react(claimed, Deadlines.only(Timer.LEASE))).isEqualTo(Reaction.NONE);
  }

  @Test
  void anEndThatComesWithSomethingElseIsNotMade() {
    Reaction both = Reaction.pass(Move.END_EXPIRED).and(Reaction.pass(Move.RETRY));
    assertThat(new EndingRole(answering(both)).react(decided(), Deadlines.none()))
        .isEqualTo(Reaction.NONE);
  }

  @Test
  void resultsOfEarlierEffectsLeadToNothing() {
    Role waiting = answering(Reaction.pass(Move.END_EXPIRED));
    var result =
        new EffectResult.TaskFailed(
            new Effect.RunTask(
                bench.swarm.only("worker"),
                PLAYED.claim.id(),
                PLAYED.taskId(),
                1,
                1,
                Propose.parse(PLAYED.propose.payload()).plan().get(0),
                List.of()),
            "no disk");
    assertThat(waiting.onResult(decided(), result)).isNotEqualTo(Reaction.NONE);
    assertThat(new EndingRole(waiting).onResult(decided(), result)).isEqualTo(Reaction.NONE);
  }

  private static Role answering(Reaction reaction) {
    return new Role() {
      @Override
      public RoleName name() {
        return RoleName.COORDINATOR;
      }

      @Override
      public Reaction react(NeedView view, Deadlines deadlines) {
        return reaction;
      }

      @Override
      public Reaction onResult(NeedView view, EffectResult result) {
        return reaction;
      }
    };
  }
}
