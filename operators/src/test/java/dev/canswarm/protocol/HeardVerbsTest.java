package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.PurePlay.AgentMix;
import dev.canswarm.protocol.PurePlay.Habit;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.role.ReactingRoles;
import dev.canswarm.protocol.verb.Verbs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The lines of the chain against what happens in whole plays with dishonest agents. */
class HeardVerbsTest {
  private static final int PLAYS = 12;

  private static PurePlay play(int number) {
    Random random = new Random(number);
    AgentMix mix =
        new AgentMix(
            1 + number % 2,
            number % 3 == 0 ? 1 : 0,
            2,
            List.of(Habit.LIAR, Habit.HONEST),
            List.of(number % 4 == 3 ? Habit.UNABLE : Habit.HONEST, Habit.LIAR, Habit.HONEST),
            List.of(Habit.HONEST, Habit.HONEST, Habit.LIAR, Habit.SILENT),
            number % 2 == 0);
    PurePlay play = new PurePlay(mix, Graphs.need(1 + number % 3, random), random);
    if (number % 4 == 1) {
      int steps = random.nextInt(30);
      while (steps-- > 0 && play.view().finalized() == null) {
        play.step();
      }
      play.cancel(number % 8 == 1 ? play.client : play.operator);
    }
    play.end();
    return play;
  }

  @Test
  void aRoleReactsAsIfOnlyTheVerbsThatItSaysOrHearsWereStored() {
    Set<RoleName> reacted = new HashSet<>();
    for (int number = 0; number < PLAYS; number++) {
      PurePlay play = play(number);
      for (RoleName name : RoleName.values()) {
        ReactingRoles.of(name, play.rules, agents(play, name), DecisionRule.FIRST)
            .ifPresent(
                role -> {
                  for (int items = 0; items <= play.history.size(); items++) {
                    List<Stored> stored = play.history.subList(0, items);
                    Reaction whole = role.react(view(play, stored), Deadlines.none());
                    Reaction heard = role.react(view(play, heard(name, stored)), Deadlines.none());
                    assertThat(heard).as("%s, play %d", name, play.history.size()).isEqualTo(whole);
                    if (!whole.equals(Reaction.NONE)) {
                      reacted.add(name);
                    }
                  }
                });
      }
    }
    assertThat(reacted)
        .containsExactlyInAnyOrder(
            RoleName.PLANNER,
            RoleName.DECIDER,
            RoleName.WORKER,
            RoleName.VERIFIER,
            RoleName.COORDINATOR);
  }

  private static List<Agent> agents(PurePlay play, RoleName name) {
    return switch (name) {
      case PLANNER -> play.planners;
      case DECIDER -> List.of(play.decider);
      case WORKER -> play.workers;
      case VERIFIER -> play.verifiers;
      case COORDINATOR -> List.of(play.aggregator);
      case GATEWAY, CLIENT, OPERATOR, ADMIN, NODE -> List.of();
    };
  }

  private static NeedView view(PurePlay play, List<Stored> stored) {
    Message need = (Message) play.history.get(0);
    return NeedView.of(new NeedId(need.id()), need.envelope().threadId(), stored);
  }

  private static List<Stored> heard(RoleName name, List<Stored> stored) {
    List<Stored> heard = new ArrayList<>();
    for (Stored item : stored) {
      if (!(item instanceof Message message)) {
        heard.add(item);
      } else {
        Verb verb = message.envelope().verb();
        if (name.maySend(verb) || Chain.of(verb).heardBy().contains(name)) {
          heard.add(item);
        }
      }
    }
    return heard;
  }

  @Test
  void anEnvelopeIsACandidateForASlotThatItsVerbsLineLists() {
    Set<Verb> seen = new HashSet<>();
    for (int number = 0; number < PLAYS; number++) {
      PurePlay play = play(number);
      for (Stored item : play.history) {
        if (item instanceof Message message) {
          Verb verb = message.envelope().verb();
          Slot slot = Verbs.slot(message.envelope(), message.payload(), play.rules.trust());
          assertThat(Chain.of(verb).slots()).as(slot.key()).contains(slot.kind());
          seen.add(verb);
        }
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(Verb.ofNeeds());
  }
}
