package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.protocol.PurePlay.AgentMix;
import dev.canswarm.protocol.PurePlay.Habit;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.payload.Yield;
import dev.canswarm.protocol.verb.Verbs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** P4: leases are the slots CLAIM and END of a token, and tokens only grow. */
class LeaseTest {
  /** Workers that stall past their lease and wake up at any moment, and one that works. */
  @Property(tries = 80)
  void whoWakesUpPastItsLeaseChangesNothing(
      @ForAll @IntRange(min = 1, max = 3) int stalling,
      @ForAll boolean hasty,
      @ForAll Random random) {
    List<Habit> workers = new ArrayList<>(Collections.nCopies(stalling, Habit.TWO_FACED));
    workers.add(Habit.HONEST);
    PurePlay play = play(workers, 3, hasty, random);
    Finalize end = play.end();
    if (!hasty) {
      assertThat(end.outcome()).isEqualTo(Outcome.ACCEPTED);
    }
    DecidedPlan plan = play.view().plan();
    if (plan == null) {
      return;
    }
    for (DecidedPlan.Task task : plan.tasks()) {
      assertThatTokensGrow(Grant.of(play.view(), plan, task));
    }
    for (Envelope late : play.superseded) {
      if (late.verb() == Verb.COMMIT) {
        assertThat(play.view().byId(late.id())).isNull();
      }
    }
  }

  private static PurePlay play(List<Habit> workers, int attemptsMax, boolean hasty, Random random) {
    List<Habit> one = List.of(Habit.HONEST);
    AgentMix mix = new AgentMix(1, 0, attemptsMax, one, workers, List.of(Habit.HONEST), hasty);
    return new PurePlay(mix, Graphs.need(1 + random.nextInt(2), random), random);
  }

  private static void assertThatTokensGrow(List<Grant> grants) {
    int attempt = 1;
    for (int i = 0; i < grants.size(); i++) {
      Grant grant = grants.get(i);
      assertThat(grant.token()).isEqualTo(i + 1);
      assertThat(grant.attempt()).isBetween(attempt, attempt + 1);
      attempt = grant.attempt();
      // Another grant is opened only by the end of the one before.
      assertThat(i == grants.size() - 1 || grant.end() != null || isUnclaimed(grants.get(i + 1)))
          .isTrue();
      Message claim = grant.claim();
      Message end = grant.end();
      if (claim != null) {
        assertThat(grant.exclude()).doesNotContain(claim.envelope().sender());
      }
      if (end != null && end.payload() instanceof Commit commit) {
        assertThat(commit.token()).isEqualTo(grant.token());
        assertThat(end.envelope().parents()).containsExactly(Objects.requireNonNull(claim).id());
        assertThat(end.envelope().sender()).isEqualTo(claim.envelope().sender());
      }
    }
  }

  private static boolean isUnclaimed(Grant next) {
    return next.opener().as(Release.class).cause() == Release.Cause.EXPIRED;
  }

  /** A lease that ran out lets another in: who let it run out is not asked again. */
  @Property(tries = 40)
  void whoClaimsEverythingAndDoesNothingCannotKeepOthersOut(
      @ForAll @IntRange(min = 1, max = 4) int silent, @ForAll Random random) {
    List<Habit> workers = new ArrayList<>(Collections.nCopies(silent, Habit.SILENT));
    workers.add(Habit.HONEST);
    PurePlay play = play(workers, 1, false, random);
    assertThat(play.end().outcome()).isEqualTo(Outcome.ACCEPTED);
    DecidedPlan plan = Objects.requireNonNull(play.view().plan());
    for (DecidedPlan.Task task : plan.tasks()) {
      assertThat(Grant.of(play.view(), plan, task)).hasSizeLessThanOrEqualTo(silent + 1);
    }
  }

  /** Where all workers gave a task back, nobody is excluded: none waits for a claim in vain. */
  @Property(tries = 40)
  void aTaskThatNobodyCanDoEndsWithoutWaitingForALease(
      @ForAll @IntRange(min = 1, max = 3) int workers,
      @ForAll @IntRange(min = 1, max = 5) int attemptsMax,
      @ForAll Random random) {
    PurePlay play = play(Collections.nCopies(workers, Habit.UNABLE), attemptsMax, false, random);
    Finalize end = play.end();
    assertThat(end.reason()).isEqualTo(Finalize.ATTEMPTS_USED_UP);
    assertThat(play.moves).contains(Move.END_YIELDED);
    assertThat(play.timersOfMoves).isEmpty();
  }

  /** The error of a YIELD is for people: its text has no effect. */
  @Property(tries = 40)
  void whatAYieldSaysEndedTheAttemptChangesNothing(
      @ForAll @IntRange(min = 1, max = 3) int unable,
      @ForAll @IntRange(min = 1, max = 3) int attemptsMax,
      @ForAll boolean isHelped,
      @ForAll long seed) {
    List<Habit> workers = new ArrayList<>(Collections.nCopies(unable, Habit.UNABLE));
    if (isHelped) {
      workers.add(Habit.HONEST);
    }
    PurePlay silent = play(workers, attemptsMax, false, new Random(seed));
    PurePlay told = play(workers, attemptsMax, false, new Random(seed));
    told.error = "sh: expected exit code 0, got 3";
    assertThat(told.end()).isEqualTo(silent.end());
    assertThat(told.moves).isEqualTo(silent.moves);
    assertThat(told.view().messages())
        .filteredOn(message -> message.envelope().verb() == Verb.YIELD)
        .extracting(message -> message.as(Yield.class).error())
        .allMatch(told.error::equals);
  }

  /** A token, an attempt or a task that was not granted is refused, however large or small. */
  @Property(tries = 200)
  void anInventedTokenIsRefused(
      @ForAll @IntRange(min = 0, max = 2) int verbIndex,
      @ForAll @IntRange(min = 0, max = 2) int lie,
      @ForAll Random random) {
    PurePlay play = play(List.of(Habit.SILENT), 1, false, random);
    for (int step = 0; step < 100 && !isClaimed(play); step++) {
      play.step();
    }
    Message claim =
        play.view().messages().stream()
            .filter(message -> message.envelope().verb() == Verb.CLAIM)
            .findFirst()
            .orElseThrow();
    Lease held = claim.as(Lease.class);
    long token =
        random.nextBoolean()
            ? JsonNumber.SAFE_INTEGER_MAX - random.nextInt(3)
            : 2 + random.nextInt(1000);
    Lease invented =
        switch (lie) {
          case 0 -> new Lease(held.taskId(), held.attempt(), token);
          case 1 -> new Lease(held.taskId(), 2 + random.nextInt(1000), held.token());
          default -> new Lease(new TaskId("0".repeat(64)), held.attempt(), held.token());
        };
    Agent worker = play.workers.get(0);
    Verb verb = List.of(Verb.CLAIM, Verb.COMMIT, Verb.YIELD).get(verbIndex);
    List<EnvelopeId> parents =
        verb == Verb.CLAIM ? claim.envelope().parents() : List.of(claim.id());
    var payload =
        verb == Verb.COMMIT
            ? new Commit(
                    invented.taskId(),
                    invented.attempt(),
                    invented.token(),
                    "a".repeat(64),
                    List.of())
                .toJson()
            : invented.toJson();
    Envelope envelope = play.sign(worker, play.draft(verb, parents, payload));
    int before = play.view().stored().size();
    assertThatThrownBy(
            () -> play.put(Verbs.slot(envelope, parsed(envelope), play.rules.trust()), envelope))
        .isInstanceOf(RefusedException.class);
    assertThat(play.view().stored()).hasSize(before);
  }

  private static boolean isClaimed(PurePlay play) {
    return play.history.stream().anyMatch(item -> item.slot() instanceof Slot.Claim);
  }

  private static Payload parsed(Envelope envelope) {
    return Verbs.payload(envelope.verb(), envelope.payload());
  }
}
