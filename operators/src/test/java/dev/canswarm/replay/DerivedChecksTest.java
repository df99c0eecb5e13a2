package dev.canswarm.replay;

import static dev.canswarm.envelope.Drafts.draftOf;
import static dev.canswarm.envelope.Drafts.withParents;
import static dev.canswarm.envelope.Drafts.withPayload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.payload.Finalize;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@link DerivationCheck}, {@link ResultCheck} and {@link VoteCheck} on one NEED alone. */
class DerivedChecksTest {
  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
  private final Envelope end = need.only(Verb.FINALIZE);

  private Envelope again(Envelope envelope, Draft draft) {
    return need.sign(draft, need.signer(envelope.sender()));
  }

  private Envelope replaced(Envelope envelope, String text, String other) {
    return again(
        envelope,
        withPayload(draftOf(envelope), ReplayFixture.replaced(envelope.payload(), text, other)));
  }

  private static void assertFails(Check check, String... details) {
    assertThat(check.status()).isEqualTo(Status.FAIL);
    assertThat(check.findings().toString()).contains(details);
  }

  private static void assertIncomplete(Check check, String detail) {
    assertThat(check.status()).isEqualTo(Status.INCOMPLETE);
    assertThat(check.findings().toString()).contains(detail);
  }

  @Test
  void aWholeNeedPasses() {
    Subject whole = Subjects.whole(need);

    assertThat(DerivationCheck.check(whole).status()).isEqualTo(Status.PASS);
    assertThat(DerivationCheck.check(whole).summary()).startsWith("4 of 4");
    assertThat(ResultCheck.check(whole).status()).isEqualTo(Status.PASS);
    assertThat(VoteCheck.check(whole).status()).isEqualTo(Status.PASS);
    assertThat(VoteCheck.check(whole).summary()).isEqualTo("2 votes on 1 tasks, K = 2");
  }

  @Test
  void withoutItsRulesNothingIsDerivedOrCounted() {
    Subject subject = Subjects.withoutRules(Subjects.whole(need));

    assertIncomplete(DerivationCheck.check(subject), "its policy");
    assertIncomplete(VoteCheck.check(subject), "its policy");
  }

  @Test
  void withoutAFinalizeNothingIsCountedOrHashed() {
    Subject open = Subjects.of(need, Subjects.without(need, end::equals));

    assertIncomplete(ResultCheck.check(open), "a FINALIZE");
    assertIncomplete(VoteCheck.check(open), "a FINALIZE");
    assertThat(DerivationCheck.check(open).status()).isEqualTo(Status.PASS);
  }

  @Test
  void whatDoesNotFollowFromItsParentsFailsWithBothTexts() {
    Envelope decide = need.only(Verb.DECIDE);
    Envelope other = replaced(decide, "\"epoch\":7", "\"epoch\":8");
    assertThat(DerivationCheck.check(Subjects.replacing(need, decide, other)).status())
        .as("an epoch is not derived, and what followed misses its parent")
        .isEqualTo(Status.INCOMPLETE);

    String artifact = ReplayFixture.artifact("a");
    Envelope forged = replaced(end, artifact, ReplayFixture.artifact("other"));
    Check check = DerivationCheck.check(Subjects.replacing(need, end, forged));
    assertFails(check, "another one follows from its parents", artifact);
  }

  @Test
  void withoutAParentNobodyCanTellWhatFollows() {
    Envelope claim = need.only(Verb.CLAIM);

    assertIncomplete(
        DerivationCheck.check(Subjects.of(need, Subjects.without(need, claim::equals))),
        claim.id().text());
  }

  @Test
  void aPlanThatItsPlannerMadeUpIsOnlyNotedUnlessItWasDecided() {
    Envelope proposal = need.only(Verb.PROPOSE);
    Envelope madeUp = replaced(proposal, "\"n\":1", "\"n\":666");

    Check beside =
        DerivationCheck.check(
            Subjects.of(need, Subjects.with(Subjects.without(need, one -> false), madeUp)));
    assertThat(beside.status()).isEqualTo(Status.PASS);
    assertThat(beside.findings().toString()).contains("made up by its planner");

    need.forge(proposal, draft -> draftOf(madeUp));
    assertFails(DerivationCheck.check(Subjects.whole(need)), "another one follows");
  }

  @Test
  void aHashOfSomethingElseFailsWithTheRightOne() {
    String hash = Finalize.parse(end.payload()).resultHash();
    Envelope forged = replaced(end, hash, "0".repeat(64));

    assertFails(ResultCheck.check(Subjects.replacing(need, end, forged)), hash, "0".repeat(64));
  }

  @Test
  void withoutThePlanNoHashIsCompared() {
    Envelope proposal = need.only(Verb.PROPOSE);

    assertIncomplete(
        ResultCheck.check(Subjects.of(need, Subjects.without(need, proposal::equals))),
        "the NEED and the PROPOSE");
  }

  @Test
  void withoutAnAcceptedTaskThereIsNoResult() {
    Subject rejected =
        Subjects.whole(
            new ReplayFixture().lying("worker-1", "worker-2").run(ReplayFixture.oneTask()));

    assertThat(ResultCheck.check(rejected).status()).isEqualTo(Status.PASS);
    assertThat(ResultCheck.check(rejected).summary()).isEqualTo("REJECTED, so there is none");
    assertThat(VoteCheck.check(rejected).summary()).isEqualTo("nothing was accepted");
  }

  @Test
  void aVoteTooFewFails() {
    Envelope forged = again(end, withParents(draftOf(end), end.parents().subList(1, 2)));

    assertFails(
        VoteCheck.check(Subjects.replacing(need, end, forged)),
        "expected at least 2 accepting votes (K = 2, 0 rejecting), got 1");
  }

  @Test
  void aVoteOfAKeyThatTheDecideDoesNotPinMustNotBeCounted() {
    need.forge(need.all(Verb.ATTEST).get(0), draft -> draft, need.key("stranger"));

    assertFails(VoteCheck.check(Subjects.whole(need)), "not among the verifiers", "got 1");
  }

  @Test
  void aParentThatIsNotAVoteOnWorkFails() {
    EnvelopeId claim = need.only(Verb.CLAIM).id();
    List<EnvelopeId> parents = Stream.concat(end.parents().stream(), Stream.of(claim)).toList();

    assertFails(
        VoteCheck.check(
            Subjects.replacing(need, end, again(end, withParents(draftOf(end), parents)))),
        "expected only votes on work as parents, got " + claim);
  }

  @Test
  void oppositeVotesOfOneKeyAreNoted() {
    String asked = need.nameOf(need.all(Verb.ATTEST).get(0).sender());
    ReplayFixture both =
        new ReplayFixture().equivocating(asked).fire(Timer.SILENCE).run(ReplayFixture.oneTask());

    Check check = VoteCheck.check(Subjects.whole(both));

    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.findings().toString())
        .contains("equivocation of " + need.key(asked).publicKey().base64());
  }
}
