package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.AGENT;
import static dev.canswarm.protocol.verb.VerbFixture.ARTIFACT;
import static dev.canswarm.protocol.verb.VerbFixture.ATTEST;
import static dev.canswarm.protocol.verb.VerbFixture.CLAIM;
import static dev.canswarm.protocol.verb.VerbFixture.CLIENT;
import static dev.canswarm.protocol.verb.VerbFixture.COMMIT;
import static dev.canswarm.protocol.verb.VerbFixture.DECIDE;
import static dev.canswarm.protocol.verb.VerbFixture.FIRST;
import static dev.canswarm.protocol.verb.VerbFixture.GATEWAY;
import static dev.canswarm.protocol.verb.VerbFixture.HASH;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.OPERATOR;
import static dev.canswarm.protocol.verb.VerbFixture.OTHER;
import static dev.canswarm.protocol.verb.VerbFixture.PROPOSE;
import static dev.canswarm.protocol.verb.VerbFixture.SECOND;
import static dev.canswarm.protocol.verb.VerbFixture.TRUST;
import static dev.canswarm.protocol.verb.VerbFixture.decide;
import static dev.canswarm.protocol.verb.VerbFixture.end;
import static dev.canswarm.protocol.verb.VerbFixture.need;
import static dev.canswarm.protocol.verb.VerbFixture.payload;
import static dev.canswarm.protocol.verb.VerbFixture.plan;
import static dev.canswarm.protocol.verb.VerbFixture.release;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.slot;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static dev.canswarm.protocol.verb.VerbFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.plan.OpType;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each verb's envelope must fit, which slot it is for, and which operations follow. */
class VerbsTest {
  private static void assertFits(Envelope envelope, NeedView view) {
    assertThatCode(() -> Verbs.admit(envelope, payload(envelope), view, TRUST))
        .doesNotThrowAnyException();
  }

  private static void assertRefused(Envelope envelope, NeedView view, Reason reason) {
    assertThatThrownBy(() -> Verbs.admit(envelope, payload(envelope), view, TRUST))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static List<OpType> ops(Envelope envelope, NeedView view) {
    return Verbs.ops(envelope, payload(envelope), view).stream().map(PlanOp::type).toList();
  }

  @Test
  void whatFollowsFromWhatIsStoredFits() {
    assertFits(NEED, view());
    assertFits(PROPOSE, view(NEED));
    assertFits(DECIDE, view(NEED, PROPOSE));
    assertFits(CLAIM, view(NEED, PROPOSE, DECIDE));
    assertFits(COMMIT, view(NEED, PROPOSE, DECIDE, CLAIM));
    assertFits(ATTEST, view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT));
  }

  @Test
  void everyLamportTimeButOneMoreThanTheParentsIsRefused() {
    for (long lamport : new long[] {2, 4, 1L << 40}) {
      assertRefused(
          said(AGENT, Verb.DECIDE, lamport, decide().toJson(), PROPOSE),
          view(NEED, PROPOSE),
          Reason.BAD_LAMPORT);
    }
  }

  @Test
  void aProposalFollowsFromItsNeedAlone() {
    assertRefused(
        said(AGENT, Verb.PROPOSE, plan().toJson(), PROPOSE), view(NEED, PROPOSE), Reason.BAD_SHAPE);
  }

  @Test
  void aDecisionFollowsFromTheProposalThatItNames() {
    Decide other = new Decide(NEED.id(), 1, 0, 2, HASH, HASH, HASH);
    assertRefused(
        said(AGENT, Verb.DECIDE, other.toJson(), PROPOSE), view(NEED, PROPOSE), Reason.BAD_SHAPE);
    Decide unnamed = decide();
    assertRefused(
        said(AGENT, Verb.DECIDE, unnamed.toJson(), NEED), view(NEED, PROPOSE), Reason.BAD_SHAPE);
  }

  @Test
  void aDecisionGrantsTokenOneOfTasksThatRequireNothing() {
    NeedView view = view(NEED, PROPOSE, DECIDE);
    assertRefused(
        said(AGENT, Verb.CLAIM, new Lease(SECOND, 1, 1).toJson(), DECIDE), view, Reason.BAD_SHAPE);
    assertRefused(
        said(AGENT, Verb.CLAIM, new Lease(FIRST, 1, 2).toJson(), DECIDE), view, Reason.BAD_SHAPE);
    assertRefused(
        said(AGENT, Verb.CLAIM, new Lease(FIRST, 2, 1).toJson(), DECIDE), view, Reason.BAD_SHAPE);
    assertRefused(
        said(AGENT, Verb.CLAIM, new Lease(new TaskId(HASH), 1, 1).toJson(), DECIDE),
        view,
        Reason.BAD_SHAPE);
    assertRefused(
        said(AGENT, Verb.CLAIM, new Lease(FIRST, 1, 1).toJson(), PROPOSE), view, Reason.BAD_SHAPE);
  }

  @Test
  void aReleaseGrantsWhatItNamesToAllButWhomItExcludes() {
    Envelope release =
        said(
            AGENT,
            Verb.RELEASE,
            release(Release.Cause.RETRY, 2, List.of(OTHER.publicKey())).toJson(),
            COMMIT);
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, release);
    JsonObject lease = new Lease(FIRST, 1, 2).toJson();
    assertFits(said(AGENT, Verb.CLAIM, lease, release), view);
    assertRefused(said(OTHER, Verb.CLAIM, lease, release), view, Reason.LEASE_TAKEN);
    assertRefused(
        said(AGENT, Verb.CLAIM, new Lease(FIRST, 1, 3).toJson(), release), view, Reason.BAD_SHAPE);
  }

  @Test
  void aWiderPanelGrantsNothing() {
    Envelope panel =
        said(AGENT, Verb.RELEASE, release(Release.Cause.PANEL, 1, List.of()).toJson(), COMMIT);
    assertRefused(
        said(AGENT, Verb.CLAIM, new Lease(FIRST, 1, 1).toJson(), panel),
        view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, panel),
        Reason.BAD_SHAPE);
  }

  @Test
  void onlyWhoHoldsTheLeaseEndsIt() {
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM);
    JsonObject commit = new Commit(FIRST, 1, 1, ARTIFACT, List.of()).toJson();
    JsonObject yield = new Lease(FIRST, 1, 1).toJson();
    assertFits(said(AGENT, Verb.YIELD, yield, CLAIM), view);
    assertRefused(said(OTHER, Verb.COMMIT, commit, CLAIM), view, Reason.LEASE_TAKEN);
    assertRefused(said(OTHER, Verb.YIELD, yield, CLAIM), view, Reason.LEASE_TAKEN);
    assertRefused(said(AGENT, Verb.COMMIT, commit, DECIDE), view, Reason.BAD_SHAPE);
    assertRefused(
        said(AGENT, Verb.YIELD, new Lease(FIRST, 1, 2).toJson(), CLAIM), view, Reason.BAD_SHAPE);
  }

  @Test
  void aCommitNamesTheInputsThatWereGranted() {
    JsonObject other = new Commit(FIRST, 1, 1, ARTIFACT, List.of(ARTIFACT)).toJson();
    assertRefused(
        said(AGENT, Verb.COMMIT, other, CLAIM),
        view(NEED, PROPOSE, DECIDE, CLAIM),
        Reason.BAD_SHAPE);
  }

  @Test
  void aVoteFollowsFromItsTargetAlone() {
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT);
    assertRefused(said(AGENT, Verb.ATTEST, vote().toJson(), COMMIT, CLAIM), view, Reason.BAD_SHAPE);
    JsonObject onPlan = new Attest(PROPOSE.id(), true, null, null).toJson();
    assertFits(said(AGENT, Verb.ATTEST, onPlan, PROPOSE), view);
    JsonObject planLike = new Attest(COMMIT.id(), true, null, null).toJson();
    assertRefused(said(AGENT, Verb.ATTEST, planLike, COMMIT), view, Reason.BAD_SHAPE);
  }

  @ParameterizedTest
  @EnumSource(names = {"RELEASE", "FINALIZE"})
  void whatACoordinatorSaysFollowsFromSomething(Verb verb) {
    JsonObject payload =
        verb == Verb.RELEASE ? release(Release.Cause.READY, 1, List.of()).toJson() : end().toJson();
    assertRefused(said(AGENT, verb, payload), view(NEED), Reason.BAD_SHAPE);
    assertFits(said(AGENT, verb, payload, NEED), view(NEED));
  }

  @Test
  void aNeedIsCancelledByWhoSignedItOrByAnOperator() {
    JsonObject payload = new Cancel("not wanted any more").toJson();
    NeedView view = view(NEED, PROPOSE);
    assertFits(said(CLIENT, Verb.CANCEL, payload, NEED), view);
    assertFits(said(OPERATOR, Verb.CANCEL, new Cancel(null).toJson(), NEED), view);
    for (SigningKey stranger : List.of(GATEWAY, AGENT, OTHER)) {
      assertRefused(said(stranger, Verb.CANCEL, payload, NEED), view, Reason.SENDER_NOT_AUTHORISED);
    }
  }

  @Test
  void aCancelFollowsFromItsNeedAlone() {
    JsonObject payload = new Cancel(null).toJson();
    NeedView view = view(NEED, PROPOSE);
    assertRefused(said(CLIENT, Verb.CANCEL, payload, PROPOSE), view, Reason.BAD_SHAPE);
    assertRefused(said(CLIENT, Verb.CANCEL, payload, NEED, PROPOSE), view, Reason.BAD_SHAPE);
  }

  @Test
  void onlyAGatewaysNeedMayFillAnIntakeSlot() {
    String nonce = Slot.intake(new ThreadId("t"), "order-7").key();
    assertThat(slot(need(GATEWAY, nonce)).key()).isEqualTo(nonce);
    Envelope pretender = need(CLIENT, nonce);
    assertThat(slot(pretender)).isEqualTo(Slot.need(new NeedId(pretender.id())));
    Envelope plain = need(GATEWAY, "nonce");
    assertThat(slot(plain)).isEqualTo(Slot.need(new NeedId(plain.id())));
  }

  @Test
  void everyVerbHasItsSlot() {
    assertThat(slot(PROPOSE)).isEqualTo(Slot.propose(AGENT.publicKey()));
    assertThat(slot(DECIDE)).isEqualTo(Slot.DECIDE);
    assertThat(slot(CLAIM)).isEqualTo(Slot.claim(FIRST, 1));
    assertThat(slot(COMMIT)).isEqualTo(Slot.end(FIRST, 1));
    assertThat(slot(said(AGENT, Verb.YIELD, new Lease(FIRST, 1, 1).toJson(), CLAIM)))
        .isEqualTo(Slot.end(FIRST, 1));
    assertThat(slot(ATTEST)).isEqualTo(Slot.attest(COMMIT.id(), AGENT.publicKey()));
    assertThat(slot(said(CLIENT, Verb.CANCEL, new Cancel(null).toJson(), NEED)))
        .isEqualTo(Slot.CANCEL);
    assertThat(slot(said(AGENT, Verb.FINALIZE, end().toJson(), NEED))).isEqualTo(Slot.FINALIZE);
  }

  @ParameterizedTest
  @EnumSource
  void theSlotOfAReleaseFollowsFromItsCause(Release.Cause cause) {
    Envelope release = said(AGENT, Verb.RELEASE, release(cause, 2, List.of()).toJson(), CLAIM);
    Slot expected =
        switch (cause) {
          case PANEL -> Slot.panel(FIRST, 1);
          case EXPIRED -> Slot.end(FIRST, 1);
          case READY, RETRY, YIELDED -> Slot.release(FIRST, 2);
        };
    assertThat(slot(release)).isEqualTo(expected);
  }

  @Test
  void theOperationsOfAVerbFollowFromIt() {
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT);
    assertThat(ops(NEED, view)).isEmpty();
    assertThat(ops(PROPOSE, view))
        .containsExactly(OpType.ADD_TASK, OpType.PRODUCES, OpType.ADD_TASK, OpType.REQUIRES);
    assertThat(ops(DECIDE, view)).containsExactly(OpType.LINK, OpType.STATE, OpType.STATE);
    assertThat(ops(CLAIM, view)).containsExactly(OpType.ANNOTATE);
    assertThat(ops(COMMIT, view)).containsExactly(OpType.STATE, OpType.LINK);
    assertThat(ops(ATTEST, view)).containsExactly(OpType.ANNOTATE);
    assertThat(ops(said(CLIENT, Verb.CANCEL, new Cancel(null).toJson(), NEED), view))
        .containsExactly(OpType.ANNOTATE);
    Envelope release =
        said(AGENT, Verb.RELEASE, release(Release.Cause.RETRY, 2, List.of()).toJson(), COMMIT);
    assertThat(ops(release, view)).containsExactly(OpType.ANNOTATE, OpType.STATE);
    Envelope panel =
        said(AGENT, Verb.RELEASE, release(Release.Cause.PANEL, 1, List.of()).toJson(), COMMIT);
    assertThat(ops(panel, view)).containsExactly(OpType.ANNOTATE);
    assertThat(ops(said(AGENT, Verb.FINALIZE, end().toJson(), ATTEST), view))
        .containsExactly(OpType.STATE);
  }

  @ParameterizedTest
  @EnumSource
  void aPayloadOfAnotherFormIsNotAPayloadOfTheVerb(Verb verb) {
    JsonObject other = JsonObject.builder().put("nothing", "of it").build();
    assertThatThrownBy(() -> Verbs.payload(verb, other)).isInstanceOf(ShapeException.class);
  }

  @Test
  void anotherVerbsPayloadIsADefectOfTheCaller() {
    assertThatThrownBy(() -> Verbs.slot(DECIDE, payload(CLAIM), TRUST))
        .isInstanceOf(ClassCastException.class);
  }
}
