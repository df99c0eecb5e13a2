package dev.canswarm.protocol.verb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.plan.OpType;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each verb's envelope must fit, which slot it is for, and which operations follow. */
class VerbsTest {
  private static final SignatureEngine ENGINE = Engines.portable();
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("test", ENGINE, EnvelopeLimits.DEFAULT);
  private static final String HASH = "c".repeat(64);
  private static final String ARTIFACT = "e".repeat(64);
  private static final SigningKey CLIENT = key("client");
  private static final SigningKey GATEWAY = key("gateway");
  private static final SigningKey OPERATOR = key("operator");
  private static final SigningKey AGENT = key("agent");
  private static final SigningKey OTHER = key("other");
  private static final TrustRegistry TRUST = trust();

  private static final Envelope NEED = need(CLIENT, "nonce");
  private static final Envelope PROPOSE = said(AGENT, Verb.PROPOSE, plan().toJson(), NEED);
  private static final String FIRST = EnvelopeIds.taskId(PROPOSE.id(), 0);
  private static final String SECOND = EnvelopeIds.taskId(PROPOSE.id(), 1);
  private static final Envelope DECIDE = said(AGENT, Verb.DECIDE, decide().toJson(), PROPOSE);
  private static final Envelope CLAIM =
      said(AGENT, Verb.CLAIM, new Lease(FIRST, 1, 1).toJson(), DECIDE);
  private static final Envelope COMMIT =
      said(AGENT, Verb.COMMIT, new Commit(FIRST, 1, 1, ARTIFACT, List.of()).toJson(), CLAIM);
  private static final Envelope ATTEST = said(AGENT, Verb.ATTEST, vote().toJson(), COMMIT);

  private static SigningKey key(String name) {
    return ENGINE.signingKey(Sha256.hash(name.getBytes(UTF_8)));
  }

  private static TrustRegistry trust() {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    roles.put(GATEWAY.publicKey(), EnumSet.of(RoleName.GATEWAY));
    roles.put(CLIENT.publicKey(), EnumSet.of(RoleName.CLIENT));
    roles.put(OPERATOR.publicKey(), EnumSet.of(RoleName.OPERATOR));
    return TrustRegistry.of(roles);
  }

  private static Envelope need(SigningKey key, String nonce) {
    JsonObject payload =
        StrictJson.parseObject("{\"task_type\":\"a\",\"input\":1}".getBytes(UTF_8));
    return CODEC.sign(Draft.need("t", nonce, HASH, payload), key, 1);
  }

  /** Two tasks, the second of which requires the first. */
  private static Propose plan() {
    return new Propose(
        List.of(
            new PlanTask("a", JsonNumber.of(1), null, List.of(), List.of("made")),
            new PlanTask("b", JsonNumber.of(2), null, List.of(0), List.of())));
  }

  private static Decide decide() {
    return new Decide(PROPOSE.id(), 1, 0, 2, HASH, HASH, HASH);
  }

  private static Attest vote() {
    return new Attest(COMMIT.id(), true, new Attest.Work(FIRST, 1, ARTIFACT), null);
  }

  private static Envelope said(SigningKey by, Verb verb, JsonObject payload, Envelope... parents) {
    long lamport = 1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0);
    return said(by, verb, lamport, payload, parents);
  }

  private static Envelope said(
      SigningKey by, Verb verb, long lamport, JsonObject payload, Envelope... parents) {
    return CODEC.sign(
        Draft.builder(verb, "t")
            .need(NEED.id())
            .lamport(lamport)
            .parents(Arrays.stream(parents).map(Envelope::id).toList())
            .policyHash(HASH)
            .payload(payload)
            .build(),
        by,
        1);
  }

  private static Release release(Release.Cause cause, long token, List<PublicKey> exclude) {
    return new Release(FIRST, 1, token, cause, List.of(), exclude);
  }

  private static Payload payload(Envelope envelope) {
    return Verbs.payload(envelope.verb(), envelope.payload());
  }

  private static Slot slot(Envelope envelope) {
    return Verbs.slot(envelope, payload(envelope), TRUST);
  }

  private static NeedView view(Envelope... stored) {
    return NeedView.of(
        NEED.id(),
        "t",
        Arrays.stream(stored)
            .map(one -> new Stored.Message(slot(one), one, payload(one), 0))
            .toList());
  }

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
        said(AGENT, Verb.CLAIM, new Lease(HASH, 1, 1).toJson(), DECIDE), view, Reason.BAD_SHAPE);
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

  private static Finalize end() {
    return new Finalize(
        Finalize.Outcome.ACCEPTED, null, HASH, List.of(new Finalize.Result(FIRST, "a", ARTIFACT)));
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
    String nonce = Slot.intake("t", "order-7").key();
    assertThat(slot(need(GATEWAY, nonce)).key()).isEqualTo(nonce);
    Envelope pretender = need(CLIENT, nonce);
    assertThat(slot(pretender)).isEqualTo(Slot.need(pretender.id()));
    Envelope plain = need(GATEWAY, "nonce");
    assertThat(slot(plain)).isEqualTo(Slot.need(plain.id()));
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
  void aPayloadOfAnotherFormIsNoPayloadOfTheVerb(Verb verb) {
    JsonObject other = JsonObject.builder().put("nothing", "of it").build();
    assertThatThrownBy(() -> Verbs.payload(verb, other)).isInstanceOf(ShapeException.class);
  }

  @Test
  void anotherVerbsPayloadIsADefectOfTheCaller() {
    assertThatThrownBy(() -> Verbs.slot(DECIDE, payload(CLAIM), TRUST))
        .isInstanceOf(ClassCastException.class);
  }
}
