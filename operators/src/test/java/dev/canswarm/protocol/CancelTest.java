package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.protocol.PurePlay.AgentMix;
import dev.canswarm.protocol.PurePlay.Habit;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.role.Coordinator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A NEED that is not wanted any more, at any moment of its life. */
class CancelTest {
  private static PurePlay play(Habit worker, Random random) {
    List<Habit> one = List.of(Habit.HONEST);
    AgentMix mix = new AgentMix(1, 0, 2, one, List.of(worker, worker), one, false);
    return new PurePlay(mix, Graphs.need(2, random), random);
  }

  @Property(tries = 60)
  void theNextThingThatACoordinatorSaysIsItsEnd(
      @ForAll @IntRange(max = 25) int steps, @ForAll boolean byAnOperator, @ForAll Random random) {
    PurePlay play = play(Habit.HONEST, random);
    for (int i = 0; i < steps && play.view().finalized() == null; i++) {
      play.step();
    }
    Message before = play.view().finalized();
    play.cancel(byAnOperator ? play.operator : play.client);

    Reaction reaction =
        new Coordinator(play.rules, List.of(play.aggregator))
            .react(play.view(), (timer, since, after) -> true);
    if (before != null) {
      assertThat(reaction).isEqualTo(Reaction.NONE);
      return;
    }
    assertThat(reaction.moves()).containsExactly(Move.END_CANCELLED);
    play.apply(reaction);
    Message end = Objects.requireNonNull(play.view().finalized());
    assertThat(end.as(Finalize.class))
        .isEqualTo(new Finalize(Outcome.REJECTED, Finalize.CANCELLED, "", List.of()));
    assertThat(end.envelope().parents())
        .containsExactlyInAnyOrder(
            play.view().needId().envelope(), Objects.requireNonNull(play.view().cancelled()).id());
  }

  @Property(tries = 40)
  void whoseTasksHangEndsAllTheSame(@ForAll Random random) {
    PurePlay play = play(Habit.SILENT, random);
    play.step();
    play.cancel(play.client);
    assertThat(play.end().reason()).isEqualTo(Finalize.CANCELLED);
    assertThat(play.timersOfMoves).isEmpty();
  }

  @Test
  void aSecondCancelFindsItsSlotFilled() {
    PurePlay play = play(Habit.HONEST, new Random(1));
    play.cancel(play.client);
    Message first = Objects.requireNonNull(play.view().cancelled());
    play.cancel(play.operator);
    assertThat(play.view().cancelled()).isEqualTo(first);
    assertThat(play.superseded).hasSize(1);
  }

  @Test
  void aStrangersIsRefused() {
    PurePlay play = play(Habit.HONEST, new Random(1));
    assertThatThrownBy(() -> play.cancel(play.workers.get(0)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.SENDER_NOT_AUTHORISED));
    assertThat(play.view().cancelled()).isNull();
  }
}
