package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WatchedRoleTest {
  private static final EnvelopeId ID = new EnvelopeId("d".repeat(64));

  private final Coverage coverage = new Coverage();
  private final Agent agent =
      new Agent(
          "decider-1", RoleName.DECIDER, ObservedSwarm.unwatched(RoleName.DECIDER).publicKey());
  private final Effect.AskGate ask = new Effect.AskGate(agent, ID, 1, 0);
  private final NeedView view = NeedView.empty(NeedId.of(ID), new ThreadId("t"));

  /** A role that asks for one timer and answers always the same. */
  private record Fixed(Reaction reaction) implements Role {
    @Override
    public RoleName name() {
      return RoleName.COORDINATOR;
    }

    @Override
    public Reaction react(NeedView view, Deadlines deadlines) {
      return deadlines.hasPassed(Timer.LEASE, 1, 2) ? reaction : Reaction.NONE;
    }

    @Override
    public Reaction onResult(NeedView view, EffectResult result) {
      return reaction;
    }
  }

  private Map<String, Long> taken() {
    Map<String, Long> taken = new TreeMap<>(coverage.counts());
    taken.values().removeIf(count -> count == 0);
    return taken;
  }

  @Test
  void theReactionAndTheNameArePassedOnUnchanged() {
    Reaction reaction = Reaction.pass(Move.ABSTAIN);
    WatchedRole watched = new WatchedRole(new Fixed(reaction), coverage);
    assertThat(watched.name()).isEqualTo(RoleName.COORDINATOR);
    assertThat(watched.react(view, Deadlines.only(Timer.LEASE))).isSameAs(reaction);
    assertThat(watched.onResult(view, new EffectResult.GateTimedOut(ask, 1))).isSameAs(reaction);
  }

  @Test
  void aTimerCountsOnlyOnceItHasPassed() {
    WatchedRole watched = new WatchedRole(new Fixed(Reaction.pass(Move.ABSTAIN)), coverage);
    watched.react(view, Deadlines.only(Timer.SILENCE));
    assertThat(taken()).isEmpty();
    watched.react(view, Deadlines.only(Timer.LEASE));
    assertThat(taken()).isEqualTo(Map.of("timer/LEASE", 1L, "move/ABSTAIN", 1L));
  }

  @Test
  void anEnvelopeCountsByItsVerbAndAnEndByItsOutcome() {
    ObservedSwarm swarm = new ObservedSwarm();
    Envelope need = swarm.need("one");
    Emission say =
        new Emission.Say(
            Slot.FINALIZE,
            agent,
            ObservedSwarm.draft(Verb.FINALIZE, swarm.rejection(need).payload(), need, need));
    new WatchedRole(new Fixed(Reaction.emit(Move.END_NO_PLAN, say)), coverage)
        .react(view, Deadlines.only(Timer.LEASE));
    assertThat(taken())
        .isEqualTo(
            Map.of(
                "timer/LEASE", 1L,
                "move/END_NO_PLAN", 1L,
                "emission/Say", 1L,
                "say/FINALIZE", 1L,
                "finalize/REJECTED", 1L));
  }

  @Test
  void anAnswerItsEffectsAndVerdictsAreCounted() {
    Reaction reaction =
        Reaction.ask(Move.AWAIT_GATE, new Effect.AwaitGate(agent, ask, 5))
            .and(
                Reaction.judge(
                    Move.VERDICT_SILENCE,
                    new Verdict(
                        new TaskId(ID.text()), 1, false, List.of(), Verdict.Cause.SILENCE)));
    new WatchedRole(new Fixed(reaction), coverage)
        .onResult(view, new EffectResult.GateHeld(ask, ID, 1));
    assertThat(taken())
        .isEqualTo(
            Map.of(
                "answer/GateHeld", 1L,
                "move/AWAIT_GATE", 1L,
                "move/VERDICT_SILENCE", 1L,
                "effect/AwaitGate", 1L,
                "timer/GATE", 1L,
                "verdict/SILENCE", 1L));
  }
}
