package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.simulation.scenario.NeedSpec;
import dev.canswarm.simulation.scenario.Scenario;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FinalCheckTest {
  private static final String RIGHT = "e".repeat(64);
  private static final String WRONG = "f".repeat(64);

  private final ObservedSwarm swarm = new ObservedSwarm();
  private final FinalCheck check = in(false);

  private FinalCheck in(boolean twoFaced) {
    Scenario scenario =
        new Scenario(1, 0, 0, 1, 0, twoFaced, false, List.of(), List.of(), List.of(), List.of());
    return new FinalCheck(swarm.checker, scenario, payload -> List.of(Set.of(RIGHT)));
  }

  private void feed(Envelope need, NeedSpec.Sort sort) {
    swarm.checker.fed(
        ObservedSwarm.intake(1),
        new Expected.End(
            new NeedSpec(0, 0, sort, false, new ThreadId("t"), "", "{}", null),
            "t",
            Slot.need(new NeedId(need.id())).key()));
  }

  /** Stores without the checks of the moment, which count votes. */
  private void put(SlotRow row) {
    swarm.checker.observed().first(row);
    swarm.checker.observed().stored(row, Objects.requireNonNull(ObservedEnvelope.of(row.bytes())));
  }

  private void accepted(Envelope need, String artifact, String hash, TaskState reached) {
    Propose plan =
        new Propose(
            List.of(new PlanTask("hash.sha256", new JsonString("x"), null, List.of(), List.of())));
    Envelope proposal = swarm.reply(RoleName.PLANNER, Verb.PROPOSE, plan.toJson(), need, need);
    put(swarm.row(Slot.propose(proposal.sender()), proposal));
    Decide pinned =
        new Decide(
            proposal.id(),
            1,
            0,
            1,
            ObservedSwarm.POLICY,
            ObservedSwarm.POLICY,
            ObservedSwarm.POLICY);
    Envelope decide =
        swarm.reply(RoleName.DECIDER, Verb.DECIDE, pinned.toJson(), need, need, proposal);
    put(swarm.row(Slot.DECIDE, decide));
    TaskId task = TaskId.of(proposal.id(), 0);
    Finalize end =
        new Finalize(
            Finalize.Outcome.ACCEPTED,
            null,
            hash.isEmpty() ? resultHash(need, proposal, artifact) : hash,
            List.of(new Finalize.Result(task, "hash.sha256", artifact)));
    Envelope said =
        swarm.reply(RoleName.COORDINATOR, Verb.FINALIZE, end.toJson(), need, need, decide);
    put(
        swarm.row(
            Slot.FINALIZE,
            said,
            PlanOp.addTask(task, "hash.sha256"),
            PlanOp.state(task, new TaskProgress(1, reached))));
  }

  private static String resultHash(Envelope need, Envelope proposal, String artifact) {
    JsonArray plan = (JsonArray) Objects.requireNonNull(proposal.payload().get("plan"));
    Map<String, JsonValue> members = new TreeMap<>(((JsonObject) plan.elements().get(0)).members());
    members.put("artifact", new JsonString(artifact));
    return EnvelopeIds.resultHash(
        JsonObject.builder()
            .put("need", EnvelopeIds.payloadHash(need.payload()))
            .put("outcome", "ACCEPTED")
            .put("policy", ObservedSwarm.POLICY)
            .put("tasks", new JsonArray(List.of(JsonObject.of(members))))
            .build());
  }

  @Test
  void theEndIsReachedOnceEveryNeedHasAFinalizeThatWasSentAndEveryRefusalItsLetter() {
    Envelope need = swarm.storedNeed("one");
    swarm.checker.fed(ObservedSwarm.intake(2), new Expected.Refusal("TOO_LARGE"));
    assertThat(check.isReached()).isFalse();
    Envelope end = swarm.rejection(need);
    swarm.store(swarm.row(Slot.FINALIZE, end));
    swarm.refuse(2, "TOO_LARGE");
    assertThat(check.isReached()).as("not sent").isFalse();
    swarm.send(end);
    assertThat(check.isReached()).isTrue();
    assertThat(check.outcomes()).isEqualTo(Map.of("REJECTED", 1));
  }

  @Test
  void aRunThatHangsNamesAllThatIsOwed() {
    feed(swarm.need("lost"), NeedSpec.Sort.ONE_TASK);
    swarm.checker.fed(ObservedSwarm.intake(2), new Expected.Refusal("TOO_LARGE"));
    swarm.storedNeed("open");
    check.hangs("node 1 is down");
    assertThat(swarm.broken()).contains(Invariant.P5);
    assertThat(swarm.detail())
        .contains(
            "has no FINALIZE",
            "the NEED at swarm.intake/0/1 is not stored",
            "swarm.intake/0/2 was not dead-lettered as TOO_LARGE",
            "node 1 is down");
  }

  @Test
  void anAcceptedNeedWithTheRightResultBreaksNothing() {
    Envelope need = swarm.storedNeed("one");
    feed(need, NeedSpec.Sort.ONE_TASK);
    accepted(need, RIGHT, "", TaskState.FINAL);
    check.check(PlanState::of);
    assertThat(swarm.detail()).isEmpty();
    assertThat(check.outcomes()).isEqualTo(Map.of("ACCEPTED", 1));
  }

  @Test
  void aWrongResultIsP3() {
    accepted(swarm.storedNeed("one"), WRONG, "", TaskState.FINAL);
    check.check(PlanState::of);
    assertThat(swarm.broken()).contains(Invariant.P3);
  }

  @Test
  void aResultHashOverSomethingElseIsP2() {
    accepted(swarm.storedNeed("one"), RIGHT, WRONG, TaskState.FINAL);
    check.check(PlanState::of);
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail()).contains("wrong result hash");
  }

  @Test
  void anAcceptedTaskThatIsNotFinalInTheOpLogIsP2() {
    accepted(swarm.storedNeed("one"), RIGHT, "", TaskState.VERIFIED);
    check.check(PlanState::of);
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail()).contains("is not FINAL");
  }

  @Test
  void aMergeThatDependsOnTheOrderIsP2() {
    accepted(swarm.storedNeed("one"), RIGHT, "", TaskState.FINAL);
    check.check(ops -> PlanState.of(ops.subList(0, 1)));
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail()).contains("different orders");
  }

  @Test
  void aHopelessNeedMayBeRejectedAndADoableOneNot() {
    Envelope need = swarm.storedNeed("one");
    swarm.store(swarm.row(Slot.FINALIZE, swarm.rejection(need)));
    feed(need, NeedSpec.Sort.HOPELESS);
    check.check(PlanState::of);
    assertThat(swarm.broken()).isEmpty();
    feed(need, NeedSpec.Sort.ONE_TASK);
    check.check(PlanState::of);
    assertThat(swarm.broken()).contains(Invariant.P5);
  }

  @Test
  void aLiarWhoKeepsADoableNeedFromBeingAcceptedIsP3() {
    Envelope need = swarm.storedNeed("one");
    swarm.store(swarm.row(Slot.FINALIZE, swarm.rejection(need)));
    feed(need, NeedSpec.Sort.ONE_TASK);
    in(true).check(PlanState::of);
    assertThat(swarm.broken()).contains(Invariant.P3);
  }
}
