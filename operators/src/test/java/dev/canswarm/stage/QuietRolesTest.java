package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which roles skip a NEED, and what wakes them. */
class QuietRolesTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;
  private static final long UNTIL = 1_000;

  private final QuietRoles quiet = new QuietRoles();

  private void allQuiet() {
    for (RoleName role : RoleName.values()) {
      quiet.quiet(role, UNTIL);
    }
  }

  private Set<RoleName> awake() {
    EnumSet<RoleName> awake = EnumSet.noneOf(RoleName.class);
    for (RoleName role : RoleName.values()) {
      if (!quiet.isQuiet(role, 0)) {
        awake.add(role);
      }
    }
    return awake;
  }

  private static Stored judged() {
    Verdict verdict = new Verdict(PLAYED.taskId(), 1, true, List.of(), Verdict.Cause.VOTES);
    return new Stored.Judged(verdict.slot(), verdict, 0);
  }

  static Stream<Envelope> messages() {
    return PLAYED.all().stream();
  }

  @Test
  void aRoleOfWhichNothingIsKnownReacts() {
    assertThat(awake()).containsExactly(RoleName.values());
    assertThat(quiet.untilMillis(RoleName.WORKER)).isZero();
  }

  @Test
  void aRoleIsQuietUpToItsTimeAndNotAtIt() {
    quiet.quiet(RoleName.WORKER, UNTIL);
    assertThat(quiet.isQuiet(RoleName.WORKER, UNTIL - 1)).isTrue();
    assertThat(quiet.isQuiet(RoleName.WORKER, UNTIL)).isFalse();
    assertThat(quiet.isQuiet(RoleName.VERIFIER, 0)).as("another role").isFalse();
    assertThat(quiet.untilMillis(RoleName.WORKER)).isEqualTo(UNTIL);
  }

  @Test
  void theLastTimeCounts() {
    quiet.quiet(RoleName.WORKER, UNTIL);
    quiet.quiet(RoleName.WORKER, 10);
    assertThat(quiet.isQuiet(RoleName.WORKER, 10)).isFalse();
  }

  @Test
  void wakingOneRoleLeavesTheOthersQuiet() {
    allQuiet();
    quiet.wake(RoleName.DECIDER);
    assertThat(awake()).containsExactly(RoleName.DECIDER);
    quiet.wakeAll();
    assertThat(awake()).containsExactly(RoleName.values());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageWakesThoseWhoSayOrHearItsVerb(Envelope envelope) {
    allQuiet();
    quiet.wakeHearers(PlayedNeed.message(envelope, 0));
    EnumSet<RoleName> expected = EnumSet.copyOf(Chain.of(envelope.verb()).saidBy());
    expected.addAll(Chain.of(envelope.verb()).heardBy());
    assertThat(awake()).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageThatIsNotOnItsTopicYetWakesOnlyThoseWhoSayItsVerb(Envelope envelope) {
    allQuiet();
    quiet.wakeSayers(PlayedNeed.message(envelope, 0));
    assertThat(awake()).isEqualTo(Chain.of(envelope.verb()).saidBy());
  }

  @Test
  void aVerdictWakesAll() {
    allQuiet();
    quiet.wakeHearers(judged());
    assertThat(awake()).containsExactly(RoleName.values());
    allQuiet();
    quiet.wakeSayers(judged());
    assertThat(awake()).containsExactly(RoleName.values());
  }

  @Test
  void whatWaitsForAParentWakesAllSinceItMayCountNow() {
    allQuiet();
    quiet.wakeHearers(PlayedNeed.waiting(PLAYED.commit, 1));
    assertThat(awake()).containsExactly(RoleName.values());
  }

  @Test
  void otherRolesReactAgainAndTheSameOnesStayQuiet() {
    Roles roles = Roles.of(List.of());
    quiet.reactsBy(roles);
    allQuiet();
    quiet.reactsBy(roles);
    assertThat(awake()).as("the same roles").isEmpty();
    quiet.reactsBy(Roles.of(List.of()));
    assertThat(awake()).as("other roles").containsExactly(RoleName.values());
  }
}
