package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.protocol.PurePlay.AgentMix;
import dev.canswarm.protocol.PurePlay.Habit;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.role.Coordinator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * P3 over whole NEEDs and any mix of agents: liars, silent ones and equivocators among the
 * verifiers, as many as may be; workers that lie, give back, stall and wake up; planners that lie.
 * One honest planner and one honest worker suffice, and nobody else can get anything through.
 */
class DishonestAgentsTest {
  private static final List<Habit> BAD_VERIFIERS =
      List.of(Habit.LIAR, Habit.SILENT, Habit.TWO_FACED);
  private static final List<Habit> BAD_WORKERS =
      List.of(Habit.LIAR, Habit.SILENT, Habit.TWO_FACED, Habit.UNABLE);

  private static List<Habit> some(List<Habit> from, int count, Random random) {
    List<Habit> habits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      habits.add(from.get(random.nextInt(from.size())));
    }
    return habits;
  }

  private static List<Habit> with(List<Habit> bad, int honest, Random random) {
    List<Habit> all = new ArrayList<>(bad);
    all.addAll(Collections.nCopies(honest, Habit.HONEST));
    Collections.shuffle(all, random);
    return all;
  }

  private static PurePlay play(
      int f, int k, int spare, int badWorkers, int honestWorkers, boolean hasty, Random random) {
    AgentMix mix =
        new AgentMix(
            k,
            random.nextBoolean() ? 0 : 1 + random.nextInt(k + f),
            // Each bad worker may cost an attempt or a yield before it is excluded.
            badWorkers + 1,
            with(some(List.of(Habit.LIAR, Habit.SILENT), random.nextInt(2), random), 1, random),
            with(some(BAD_WORKERS, badWorkers, random), honestWorkers, random),
            with(some(BAD_VERIFIERS, f, random), k + f + spare, random),
            hasty);
    return new PurePlay(mix, Graphs.need(1 + random.nextInt(3), random), random);
  }

  @Property(tries = 60)
  void oneHonestWorkerSucceedsAgainstAnyOthers(
      @ForAll @IntRange(min = 0, max = 2) int f,
      @ForAll @IntRange(min = 1, max = 2) int kAboveF,
      @ForAll @IntRange(min = 0, max = 1) int spare,
      @ForAll @IntRange(min = 0, max = 3) int badWorkers,
      @ForAll Random random) {
    PurePlay play = play(f, f + kAboveF, spare, badWorkers, 1, false, random);
    Finalize end = play.end();
    assertThat(end.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThatAllIsRight(play, end);
  }

  @Property(tries = 60)
  void withoutAnHonestWorkerNothingWrongIsAccepted(
      @ForAll @IntRange(min = 0, max = 2) int f,
      @ForAll @IntRange(min = 1, max = 2) int kAboveF,
      @ForAll @IntRange(min = 1, max = 3) int badWorkers,
      @ForAll boolean hasty,
      @ForAll Random random) {
    PurePlay play = play(f, f + kAboveF, 0, badWorkers, 0, hasty, random);
    Finalize end = play.end();
    // A worker that only stalls does right work in the end, if it wakes up in time.
    if (end.outcome() == Outcome.ACCEPTED) {
      assertThatAllIsRight(play, end);
    }
  }

  /** Deadlines that fire at any moment cost attempts and tokens, and let nothing wrong through. */
  @Property(tries = 60)
  void whenTimersFireTooEarlyNothingWrongIsAcceptedAndItEndsOnce(
      @ForAll @IntRange(min = 0, max = 2) int f,
      @ForAll @IntRange(min = 1, max = 2) int kAboveF,
      @ForAll @IntRange(min = 0, max = 2) int badWorkers,
      @ForAll Random random) {
    PurePlay play = play(f, f + kAboveF, 0, badWorkers, 1, true, random);
    Finalize end = play.end();
    if (end.outcome() == Outcome.ACCEPTED) {
      assertThatAllIsRight(play, end);
    }
    assertThat(count(play, Finalize.class)).isOne();
    assertThat(count(play, Decide.class)).isLessThanOrEqualTo(1);
  }

  private static long count(PurePlay play, Class<?> payload) {
    return play.history.stream()
        .filter(item -> item instanceof Message message && payload.isInstance(message.payload()))
        .count();
  }

  /** The plan that was asked for, each result the right one, each by enough votes that count. */
  private static void assertThatAllIsRight(PurePlay play, Finalize end) {
    NeedView view = play.view();
    DecidedPlan plan = Objects.requireNonNull(view.plan());
    assertThat(play.isRight(plan.proposal())).isTrue();
    assertThat(plan.proposal().as(Propose.class).plan()).hasSameSizeAs(end.results());
    for (DecidedPlan.Task task : plan.tasks()) {
      List<Grant> grants = Grant.of(view, plan, task);
      Grant last = grants.get(grants.size() - 1);
      Message commit = Objects.requireNonNull(last.end());
      assertThat(play.isRight(commit)).isTrue();
      assertThat(end.results().get(task.index()).artifact())
          .isEqualTo(commit.as(Commit.class).artifact());
      assertThatEnoughVotes(play, commit, plan.terms().k());
    }
  }

  private static void assertThatEnoughVotes(PurePlay play, Message commit, int k) {
    NeedView view = play.view();
    List<Attest> votes = new ArrayList<>();
    List<Object> voters = new ArrayList<>();
    for (EnvelopeId parent : Objects.requireNonNull(view.finalized()).envelope().parents()) {
      Message vote = Objects.requireNonNull(view.byId(parent));
      if (vote.as(Attest.class).target().equals(commit.id())) {
        votes.add(vote.as(Attest.class));
        voters.add(vote.envelope().sender());
      }
    }
    long accepts = votes.stream().filter(Attest::accept).count();
    assertThat(voters).doesNotHaveDuplicates().doesNotContain(commit.envelope().sender());
    assertThat(accepts).isGreaterThanOrEqualTo(k + votes.size() - accepts);
  }

  /** What a verifier says after the verdict is kept and changes nothing. */
  @Property(tries = 60)
  void lateVotesAreKeptAndChangeNothing(
      @ForAll @IntRange(min = 1, max = 2) int k, @ForAll Random random) {
    PurePlay play = play(0, k, 2, 0, 1, false, random);
    play.end();
    NeedView before = play.view();
    Message end = Objects.requireNonNull(before.finalized());
    int said = 0;
    for (Message commit : List.copyOf(before.messages())) {
      if (commit.payload() instanceof Commit) {
        for (Agent verifier : play.verifiers) {
          said += before.filled(Slot.attest(commit.id(), verifier.key())) ? 0 : 1;
          play.vote(verifier, commit, false);
        }
      }
    }
    assertThat(said).isPositive();
    assertThat(play.view().stored().size()).isGreaterThanOrEqualTo(before.stored().size() + said);
    Coordinator coordinator = new Coordinator(play.rules, List.of(play.aggregator));
    for (Deadlines.Timer timer : Deadlines.Timer.values()) {
      assertThat(coordinator.react(play.view(), Deadlines.only(timer))).isEqualTo(Reaction.NONE);
    }
    assertThat(play.view().finalized()).isEqualTo(end);
    assertThat(play.view().stored()).containsAll(before.stored());
  }
}
