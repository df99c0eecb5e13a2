package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Drafts;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.derive.Derivation;
import dev.canswarm.protocol.derive.Derivation.Derived;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The role that said something says it again, from what it follows from alone. */
class DerivationTest {
  private static final ReplayFixture ONE = new ReplayFixture().run(ReplayFixture.oneTask());
  private static final ReplayFixture TWO = new ReplayFixture().run(ReplayFixture.twoTasks());
  private static final ReplayFixture LATE =
      new ReplayFixture()
          .hanging("worker-1", "worker-2")
          .fire(Timer.LEASE)
          .run(ReplayFixture.oneTask());

  private static Subject subject(ReplayFixture need) {
    return Subjects.whole(need);
  }

  private static Known known(ReplayFixture need, Envelope envelope) {
    return subject(need).history().all().stream()
        .filter(entry -> entry.id().equals(envelope.id()))
        .findFirst()
        .orElseThrow();
  }

  /** What an envelope follows from, without itself. */
  private static NeedView causes(ReplayFixture need, Known target) {
    return NeedView.of(
        need.needId(),
        ReplayFixture.THREAD,
        subject(need).causesOf(target).found().values().stream().map(Known::message).toList());
  }

  private static Optional<Derived> derive(ReplayFixture need, Envelope envelope) {
    Known target = known(need, envelope);
    return new Derivation(need.rules()).derive(target.message(), causes(need, target));
  }

  private static Stream<Envelope> said(ReplayFixture need, Verb... verbs) {
    return Stream.of(verbs).flatMap(verb -> need.all(verb).stream());
  }

  @Test
  void whatFollowsIsDerivedToTheVeryBytes() {
    for (ReplayFixture need : List.of(ONE, TWO, LATE)) {
      said(need, Verb.PROPOSE, Verb.DECIDE, Verb.CLAIM, Verb.RELEASE, Verb.FINALIZE)
          .forEach(
              envelope ->
                  assertThat(derive(need, envelope))
                      .as("%s", envelope)
                      .hasValueSatisfying(
                          derived ->
                              assertThat(
                                      Derivation.isSame(derived, known(need, envelope).message()))
                                  .isTrue()));
    }
  }

  @Test
  void whatNeedsNoTimerTakesNone() {
    assertThat(derive(ONE, ONE.only(Verb.FINALIZE)).orElseThrow().fired()).isEmpty();
    assertThat(derive(TWO, TWO.only(Verb.RELEASE)).orElseThrow().fired()).isEmpty();
  }

  @Test
  void aReleaseAfterAnExpiryTakesTheLease() {
    List<Envelope> releases = LATE.all(Verb.RELEASE);
    assertThat(releases).isNotEmpty();
    assertThat(derive(LATE, releases.get(0)).orElseThrow().fired()).contains(Timer.LEASE);
  }

  @ParameterizedTest
  @EnumSource(names = {"NEED", "COMMIT", "ATTEST"})
  void whatComesFromOutsideIsNotDerived(Verb verb) {
    Known target = known(ONE, ONE.all(verb).get(0));
    assertThatThrownBy(
            () -> new Derivation(ONE.rules()).derive(target.message(), causes(ONE, target)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutParentsNothingIsDerived() {
    Known target = known(ONE, ONE.only(Verb.FINALIZE));
    NeedView empty = NeedView.empty(ONE.needId(), ReplayFixture.THREAD);
    assertThat(new Derivation(ONE.rules()).derive(target.message(), empty)).isEmpty();
  }

  @Test
  void anotherThanWhatFollowsIsShownWithItsDifference() {
    Envelope end = ONE.only(Verb.FINALIZE);
    Envelope forged =
        ONE.sign(
            Drafts.withPayload(
                Drafts.draftOf(end),
                ReplayFixture.replaced(
                    end.payload(), ReplayFixture.artifact("a"), ReplayFixture.artifact("b"))),
            ONE.signer(end.sender()));
    Known target =
        Subjects.replacing(ONE, end, forged).history().all().stream()
            .filter(entry -> entry.verb() == Verb.FINALIZE)
            .findFirst()
            .orElseThrow();
    Optional<Derived> derived =
        new Derivation(ONE.rules()).derive(target.message(), causes(ONE, known(ONE, end)));
    assertThat(derived)
        .hasValueSatisfying(
            other -> {
              assertThat(Derivation.isSame(other, target.message())).isFalse();
              assertThat(other.draft().payload()).isEqualTo(end.payload());
            });
  }

  private static NeedView voted(int votes) {
    Stream<Envelope> before =
        said(ONE, Verb.NEED, Verb.PROPOSE, Verb.DECIDE, Verb.CLAIM, Verb.COMMIT);
    return NeedView.of(
        ONE.needId(),
        ReplayFixture.THREAD,
        Stream.concat(before, ONE.all(Verb.ATTEST).stream().limit(votes))
            .map(envelope -> known(ONE, envelope).message())
            .toList());
  }

  private static Verdict recorded() {
    return ONE.view().stored().stream()
        .filter(Stored.Judged.class::isInstance)
        .map(judged -> ((Stored.Judged) judged).verdict())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aVerdictFollowsFromTheVotesThatItCounted() {
    assertThat(
            new Derivation(ONE.rules())
                .verdict(recorded(), voted(2), ONE.key("coordinator").publicKey()))
        .contains(recorded());
  }

  @Test
  void votesThatLeaveItOpenGiveTheVerdictThatSilenceCloses() {
    Derivation derivation = new Derivation(ONE.rules());
    assertThat(derivation.verdict(recorded(), voted(0), ONE.key("coordinator").publicKey()))
        .hasValueSatisfying(
            verdict -> {
              assertThat(verdict.verified()).isFalse();
              assertThat(verdict.cause()).isEqualTo(Verdict.Cause.SILENCE);
            });
    assertThat(Objects.requireNonNull(recorded()).verified()).isTrue();
  }
}
