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
import static dev.canswarm.protocol.verb.VerbFixture.OTHER;
import static dev.canswarm.protocol.verb.VerbFixture.PROPOSE;
import static dev.canswarm.protocol.verb.VerbFixture.SECOND;
import static dev.canswarm.protocol.verb.VerbFixture.TRUST;
import static dev.canswarm.protocol.verb.VerbFixture.end;
import static dev.canswarm.protocol.verb.VerbFixture.need;
import static dev.canswarm.protocol.verb.VerbFixture.payload;
import static dev.canswarm.protocol.verb.VerbFixture.release;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.slot;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.payload.Yield;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each verb's operations say, and what its refusals name; {@link VerbsTest} has the rest. */
class VerbRulesTest {
  private static final Policy POLICY = ControlFixture.policy(2);
  private static final String BY_AGENT = AGENT.publicKey().base64();

  private static JsonObject json(String text) {
    return StrictJson.parseObject(text.getBytes(UTF_8));
  }

  private static List<PlanOp> ops(Envelope envelope, NeedView view) {
    return Verbs.ops(envelope, payload(envelope), view);
  }

  private static void assertRefused(
      Envelope envelope, NeedView view, Reason reason, String detail) {
    assertThatThrownBy(() -> Verbs.admit(envelope, payload(envelope), view, TRUST))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.detail()).isEqualTo(detail);
            });
  }

  private static void assertNoPayload(Envelope envelope, Reason reason, String detail) {
    assertThatThrownBy(() -> Verbs.payload(envelope, POLICY))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.detail()).contains(detail);
            });
  }

  private static PlanOp state(TaskId taskId, int attempt, TaskState state) {
    return PlanOp.state(taskId, new TaskProgress(attempt, state));
  }

  private static PlanOp remark(TaskId taskId, String json) {
    return PlanOp.annotate(taskId, json(json));
  }

  // NEED

  @Test
  void aNeedWhoseTasksGiveNoPlanIsRefusedForItsPlan() {
    JsonObject cycle =
        json(
            """
            {"tasks":[{"name":"a","task_type":"x","input":1,"requires":["b"],"produces":[]},
                      {"name":"b","task_type":"x","input":1,"requires":["a"],"produces":[]}]}
            """);
    assertNoPayload(need(CLIENT, "n", cycle), Reason.BAD_PLAN, "expected no cycle, got one among");
  }

  @Test
  void aNeedOfAnotherFormIsRefusedForItsForm() {
    assertNoPayload(
        need(CLIENT, "n", json("{\"task_type\":\"a\"}")),
        Reason.BAD_SHAPE,
        "payload/input: expected either input or input_artifact, got neither");
  }

  @Test
  void anIdempotencyKeyNamesTheSlotForEverySigner() {
    JsonObject keyed = json("{\"task_type\":\"a\",\"input\":1,\"idempotency_key\":\"order-7\"}");
    for (SigningKey by : List.of(CLIENT, GATEWAY, OTHER)) {
      assertThat(slot(need(by, "nonce of " + by.publicKey(), keyed)))
          .isEqualTo(Slot.intake(new ThreadId("t"), "order-7"));
    }
  }

  // PROPOSE

  @Test
  void aProposalWhoseTasksReferToEachOtherWronglyIsRefusedForItsPlan() {
    JsonObject forward =
        json("{\"plan\":[{\"task_type\":\"a\",\"input\":1,\"requires\":[0],\"produces\":[]}]}");
    assertNoPayload(
        said(AGENT, Verb.PROPOSE, forward, NEED),
        Reason.BAD_PLAN,
        "payload/plan/0/requires: expected ascending indices smaller than 0, got 0");
    JsonObject nameless =
        json("{\"plan\":[{\"task_type\":1,\"input\":1,\"requires\":[],\"produces\":[]}]}");
    assertNoPayload(
        said(AGENT, Verb.PROPOSE, nameless, NEED), Reason.BAD_SHAPE, "payload/plan/0/task_type");
  }

  @Test
  void aProposalOfMoreTasksThanThePolicyAllowsIsRefused() {
    Policy narrow = narrow("plan_tasks_max", 1);
    assertThatThrownBy(() -> Verbs.payload(PROPOSE, narrow))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_PLAN);
              assertThat(e.detail()).isEqualTo("expected at most 1 tasks, got 2");
            });
    assertThat(Verbs.payload(PROPOSE, narrow("plan_tasks_max", 2))).isEqualTo(payload(PROPOSE));
  }

  private static Policy narrow(String member, int value) {
    TreeMap<String, JsonValue> members = new TreeMap<>(ControlFixture.policyJson(2).members());
    members.put(member, JsonNumber.of(value));
    return new ControlChange.Activate(JsonObject.of(members)).read();
  }

  @Test
  void aProposalAddsItsTasksWithWhatTheyRequireAndProduce() {
    assertThat(ops(PROPOSE, view(NEED)))
        .containsExactly(
            PlanOp.addTask(FIRST, "a"),
            PlanOp.produces(FIRST, "made"),
            PlanOp.addTask(SECOND, "b"),
            PlanOp.requires(SECOND, FIRST));
  }

  @Test
  void aProposalWithOtherParentsIsRefusedWithTheExpectedOnes() {
    assertRefused(
        said(AGENT, Verb.PROPOSE, PROPOSE.payload(), PROPOSE),
        view(NEED, PROPOSE),
        Reason.BAD_SHAPE,
        "parents: expected [" + NEED.id() + "], got [" + PROPOSE.id() + "]");
  }

  // DECIDE

  @Test
  void aDecisionLinksTheNeedToItsPlanAndDecidesAllTasks() {
    assertThat(ops(DECIDE, view(NEED, PROPOSE)))
        .containsExactly(
            PlanOp.link(NEED.id().text(), NEED.id().text(), PROPOSE.id().text()),
            state(FIRST, 1, TaskState.DECIDED),
            state(SECOND, 1, TaskState.DECIDED));
  }

  @Test
  void aDecisionWithoutItsProposalAmongItsParentsIsRefusedWithItsId() {
    assertRefused(
        said(AGENT, Verb.DECIDE, DECIDE.payload(), NEED),
        view(NEED, PROPOSE),
        Reason.BAD_SHAPE,
        "parents: expected the PROPOSE " + PROPOSE.id() + ", got [" + NEED.id() + "]");
  }

  // CLAIM, COMMIT and YIELD

  @Test
  void aClaimLeavesARemarkWithItsSenderAttemptAndVerb() {
    assertThat(ops(CLAIM, view(NEED, PROPOSE, DECIDE)))
        .containsExactly(
            remark(FIRST, "{\"by\":\"" + BY_AGENT + "\",\"attempt\":1,\"verb\":\"CLAIM\"}"));
  }

  @Test
  void aYieldLeavesARemarkWithoutItsErrorWhichIsForPeople() {
    Envelope yield =
        said(AGENT, Verb.YIELD, new Yield(new Lease(FIRST, 1, 1), "no disk").toJson(), CLAIM);
    assertThat(ops(yield, view(NEED, PROPOSE, DECIDE, CLAIM)))
        .containsExactly(
            remark(FIRST, "{\"by\":\"" + BY_AGENT + "\",\"attempt\":1,\"verb\":\"YIELD\"}"));
  }

  @Test
  void aCommitMakesItsTaskCommittedAndLinksItToItsArtifact() {
    assertThat(ops(COMMIT, view(NEED, PROPOSE, DECIDE, CLAIM)))
        .containsExactly(
            state(FIRST, 1, TaskState.COMMITTED),
            PlanOp.link(FIRST.text(), FIRST.text(), ARTIFACT));
  }

  @Test
  void anExcludedWorkerIsRefusedWithTheReason() {
    Envelope release =
        said(
            AGENT,
            Verb.RELEASE,
            release(Release.Cause.RETRY, 2, List.of(OTHER.publicKey())).toJson(),
            COMMIT);
    assertRefused(
        said(OTHER, Verb.CLAIM, new Lease(FIRST, 1, 2).toJson(), release),
        view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, release),
        Reason.LEASE_TAKEN,
        "this grant excludes " + OTHER.publicKey());
  }

  @Test
  void aCommitNamesExactlyTheInputsOfTheReleaseThatGrantedItsTask() {
    Release granted = new Release(SECOND, 1, 1, Release.Cause.READY, List.of(ARTIFACT), List.of());
    Envelope release = said(AGENT, Verb.RELEASE, granted.toJson(), ATTEST);
    Envelope claim = said(AGENT, Verb.CLAIM, new Lease(SECOND, 1, 1).toJson(), release);
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST, release, claim);
    Envelope right =
        said(AGENT, Verb.COMMIT, new Commit(SECOND, 1, 1, HASH, List.of(ARTIFACT)).toJson(), claim);
    Verbs.admit(right, payload(right), view, TRUST);
    assertRefused(
        said(AGENT, Verb.COMMIT, new Commit(SECOND, 1, 1, HASH, List.of()).toJson(), claim),
        view,
        Reason.BAD_SHAPE,
        "inputs: expected [" + ARTIFACT + "], got []");
  }

  @Test
  void anEndOfAnothersLeaseIsRefusedWithTheHolder() {
    assertRefused(
        said(OTHER, Verb.YIELD, new Lease(FIRST, 1, 1).toJson(), CLAIM),
        view(NEED, PROPOSE, DECIDE, CLAIM),
        Reason.LEASE_TAKEN,
        "token 1 of task " + FIRST + " is held by " + BY_AGENT);
  }

  // ATTEST

  @Test
  void aVoteLeavesARemarkOnItsTaskAndAVoteOnAPlanOneOnTheNeed() {
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT);
    assertThat(ops(ATTEST, view))
        .containsExactly(
            remark(
                FIRST,
                "{\"by\":\""
                    + BY_AGENT
                    + "\",\"target\":\""
                    + COMMIT.id()
                    + "\",\"verdict\":\"ACCEPT\"}"));
    JsonObject against = new Attest(PROPOSE.id(), false, null, null).toJson();
    assertThat(ops(said(AGENT, Verb.ATTEST, against, PROPOSE), view))
        .containsExactly(
            remark(
                new TaskId(NEED.id().text()),
                "{\"by\":\""
                    + BY_AGENT
                    + "\",\"target\":\""
                    + PROPOSE.id()
                    + "\",\"verdict\":\"REJECT\"}"));
  }

  // RELEASE

  @ParameterizedTest
  @EnumSource
  void aReleaseDecidesItsTaskAgainUnlessItAsksAllVerifiers(Release.Cause cause) {
    Release granted = new Release(FIRST, 2, 3, cause, List.of(), List.of());
    Envelope release = said(AGENT, Verb.RELEASE, granted.toJson(), COMMIT);
    PlanOp remark = remark(FIRST, "{\"released\":\"" + cause + "\",\"attempt\":2,\"token\":3}");
    assertThat(ops(release, view(NEED)))
        .isEqualTo(
            cause == Release.Cause.PANEL
                ? List.of(remark)
                : List.of(remark, state(FIRST, 2, TaskState.DECIDED)));
  }

  // FINALIZE

  @Test
  void anEndMakesTheLastAttemptOfEachAcceptedTaskFinal() {
    Envelope retry =
        said(
            AGENT,
            Verb.RELEASE,
            new Release(FIRST, 2, 2, Release.Cause.RETRY, List.of(), List.of()).toJson(),
            COMMIT);
    Envelope end = said(AGENT, Verb.FINALIZE, end().toJson(), ATTEST);
    NeedView once = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST);
    assertThat(ops(end, once)).containsExactly(state(FIRST, 1, TaskState.FINAL));
    NeedView twice = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST, retry);
    assertThat(ops(end, twice)).containsExactly(state(FIRST, 2, TaskState.FINAL));
    assertThat(ops(end, view(NEED))).as("no plan is known").hasSize(1);
  }

  @Test
  void anEndWithoutParentsIsReported() {
    assertRefused(
        said(AGENT, Verb.FINALIZE, end().toJson()),
        view(NEED),
        Reason.BAD_SHAPE,
        "parents: expected what it follows from, got none");
  }

  // CANCEL

  @Test
  void aCancelLeavesARemarkOnTheNeedWithoutItsReason() {
    Envelope cancel = said(CLIENT, Verb.CANCEL, new Cancel("too dear").toJson(), NEED);
    assertThat(ops(cancel, view(NEED)))
        .containsExactly(
            remark(
                new TaskId(NEED.id().text()),
                "{\"by\":\"" + CLIENT.publicKey().base64() + "\",\"verb\":\"CANCEL\"}"));
  }

  @Test
  void aCancelOfAStrangerIsRefusedWithTheAllowedKeys() {
    assertRefused(
        said(OTHER, Verb.CANCEL, new Cancel(null).toJson(), NEED),
        view(NEED),
        Reason.SENDER_NOT_AUTHORISED,
        "CANCEL by %s: expected the key that signed the NEED, %s, or an operator's"
            .formatted(OTHER.publicKey(), CLIENT.publicKey()));
  }

  // CONTROL

  @Test
  void anEntryOfTheControlChainHasItsNumbersSlotAndNoNeedsRules() {
    TrustState genesis = ControlFixture.genesis(1);
    Envelope entry =
        ControlFixture.entry(
            genesis, new ControlChange.Retire(ControlFixture.publicKey("verifier-1")));
    assertThat(Verbs.slot(entry, payload(entry), TrustRegistry.of(new TreeMap<>())))
        .isEqualTo(Slot.control(1));
    assertThat(ops(entry, view(NEED))).isEmpty();
    assertThatThrownBy(
            () ->
                new ControlRules().admit(entry, Control.parse(entry.payload()), view(NEED), TRUST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("expected an envelope of a NEED");
  }
}
