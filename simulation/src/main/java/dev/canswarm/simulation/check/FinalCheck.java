package dev.canswarm.simulation.check;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.simulation.scenario.PolicyChange;
import dev.canswarm.simulation.scenario.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Checks what must hold at the end of a run, once no fault is active and everything owed could be
 * delivered.
 */
public final class FinalCheck {
  /** Longer than the path from the storing of a CANCEL to that of its FINALIZE takes. */
  private static final long CANCEL_MILLIS_MAX = 1_000;

  private final InvariantChecker checker;
  private final Scenario scenario;
  private final RightAnswers answers;

  public FinalCheck(InvariantChecker checker, Scenario scenario, RightAnswers answers) {
    this.checker = checker;
    this.scenario = scenario;
    this.answers = answers;
  }

  /** Whether every NEED has ended and every published record has its expected outcome. */
  public boolean isReached() {
    return owed().isEmpty();
  }

  private List<String> owed() {
    List<String> owed = new ArrayList<>();
    ObservedState observed = checker.observed();
    for (SlotRow need : observed.needs().values()) {
      SlotRow end = observed.in(need.id(), "FINALIZE");
      if (end == null) {
        owed.add("NEED " + Votes.shortened(need.id()) + " has no FINALIZE");
      } else if (!observed.isSent(end.id())) {
        owed.add("the FINALIZE of NEED " + Votes.shortened(need.id()) + " was not sent");
      }
    }
    for (Map.Entry<String, Expected> fed : new TreeMap<>(checker.expected()).entrySet()) {
      if (fed.getValue() instanceof Expected.End end) {
        String reason = observed.deadLetters().get(fed.getKey());
        boolean isRefused = reason != null && end.mayBeRefused(reason);
        if (!isRefused && observed.in(end.scope(), end.slot()) == null) {
          owed.add("the NEED at " + fed.getKey() + " is not stored");
        }
      } else if (fed.getValue() instanceof Expected.Refusal refusal
          && !observed.deadLetters().containsKey(fed.getKey())) {
        owed.add(fed.getKey() + " was not dead-lettered as " + refusal.reason());
      }
    }
    return owed;
  }

  /** Records a violation of P5: the run did not end in time. */
  public void hangs(String alsoOwed) {
    List<String> owed = owed();
    if (!alsoOwed.isEmpty()) {
      owed.add(alsoOwed);
    }
    checker.broken(Invariant.P5, "no progress: " + String.join("; ", owed));
  }

  /** Checks the end of each NEED. */
  public void check(Function<List<PlanOp>, PlanState> fold) {
    for (SlotRow need : checker.observed().needs().values()) {
      ObservedEnvelope asked = checker.observed().stored(need.id());
      ObservedEnvelope end = checker.observed().envelopeIn(need.id(), "FINALIZE");
      if (asked != null && end != null) {
        ended(asked, end);
        cancelled(need.id(), end);
        merged(need.id(), end, fold);
      }
    }
    doable();
    retired();
    if (scenario.faults().isEmpty()) {
      checker.outlived(PolicyChange.FOLLOWED_MILLIS_MAX);
    }
  }

  /** P6: without faults, no process accepts a NEED under a retired policy. */
  private void retired() {
    SlotRow retired = null;
    for (SlotRow row : checker.observed().scope(Slot.CONTROL_SCOPE)) {
      ObservedEnvelope entry = checker.observed().stored(row.id());
      if (entry != null
          && entry.read().requiredReader("change").requiredString("type").equals("RETIRE_POLICY")) {
        retired = row;
      }
    }
    ObservedEnvelope entry = retired == null ? null : checker.observed().stored(retired.id());
    if (retired == null || entry == null || !scenario.faults().isEmpty()) {
      return;
    }
    String policy = entry.read().requiredReader("change").requiredString("policy");
    long untilMillis = retired.storedMillis() + PolicyChange.FOLLOWED_MILLIS_MAX;
    for (SlotRow need : checker.observed().needs().values()) {
      ObservedEnvelope asked = checker.observed().stored(need.id());
      if (asked != null && asked.policy().equals(policy) && need.storedMillis() > untilMillis) {
        checker.broken(
            Invariant.P6,
            "NEED " + Votes.shortened(need.id()) + " names a policy that was retired before");
      }
    }
  }

  /** P5: without faults a CANCEL ends its NEED at once, also if it waits for something. */
  private void cancelled(String needId, ObservedEnvelope end) {
    SlotRow cancel = checker.observed().in(needId, "CANCEL");
    SlotRow last = checker.observed().in(needId, "FINALIZE");
    if (cancel != null
        && last != null
        && scenario.faults().isEmpty()
        && last.storedMillis() - cancel.storedMillis() > CANCEL_MILLIS_MAX
        && !"CANCELLED".equals(end.read().optionalString("reason"))) {
      checker.broken(
          Invariant.P5, "NEED " + Votes.shortened(needId) + " was cancelled and went on");
    }
  }

  private void ended(ObservedEnvelope asked, ObservedEnvelope end) {
    ObjectReader read = end.read();
    if (!read.requiredString("outcome").equals("ACCEPTED")) {
      return;
    }
    List<Set<String>> right = answers.of(CanonicalJson.write(asked.payload()));
    List<String> given = new ArrayList<>();
    for (ObjectReader result : read.requiredReaderList("results")) {
      given.add(result.requiredString("artifact"));
    }
    for (int i = 0; i < right.size(); i++) {
      if (given.size() != right.size() || !right.get(i).contains(given.get(i))) {
        checker.broken(
            Invariant.P3, "NEED " + asked.id() + " was accepted with wrong results: " + given);
        return;
      }
    }
    if (!resultHash(asked, end, given).equals(read.requiredString("result_hash"))) {
      checker.broken(Invariant.P2, "NEED " + asked.id() + " has a wrong result hash");
    }
  }

  /**
   * Computes the result hash as docs/spec says: from the NEED's payload hash, the plan without ids,
   * the artifacts and the policy.
   */
  private String resultHash(ObservedEnvelope asked, ObservedEnvelope end, List<String> artifacts) {
    ObservedEnvelope decide = checker.observed().envelopeIn(asked.id(), "DECIDE");
    ObservedEnvelope plan =
        decide == null ? null : checker.observed().stored(decide.text("proposal_id"));
    if (decide == null || plan == null) {
      checker.broken(Invariant.P1, "NEED " + asked.id() + " was accepted but not decided");
      return "";
    }
    List<JsonValue> tasks = new ArrayList<>();
    for (JsonValue task : plan.read().requiredList("plan")) {
      TreeMap<String, JsonValue> members = new TreeMap<>(((JsonObject) task).members());
      members.put("artifact", new JsonString(artifacts.get(tasks.size())));
      tasks.add(JsonObject.of(members));
    }
    JsonObject hashed =
        JsonObject.builder()
            .put("need", new ObjectReader(asked.fields(), "").requiredString("payload_hash"))
            .put("outcome", end.text("outcome"))
            .put("policy", decide.text("policy"))
            .put("tasks", new JsonArray(tasks))
            .build();
    return Sha256.hexTagged("can-swarm/result/v1", CanonicalJson.write(hashed));
  }

  /**
   * P2: the op-log merges to the same state in any order, and in it the tasks of an accepted NEED
   * are final.
   */
  private void merged(String needId, ObservedEnvelope end, Function<List<PlanOp>, PlanState> fold) {
    List<PlanOp> ops = new ArrayList<>();
    for (SlotRow row : checker.observed().rows()) {
      if (SlotRow.needText(row.needId(), row.kind()).equals(needId)) {
        ops.addAll(PlanOp.fromJson(row.ops()));
      }
    }
    List<PlanOp> backwards = new ArrayList<>(ops);
    Collections.reverse(backwards);
    PlanState state = fold.apply(ops);
    if (!state.equals(fold.apply(backwards))) {
      checker.broken(
          Invariant.P2,
          "the op-log of NEED " + needId + " merges to different states in different orders");
    }
    for (ObjectReader result : end.read().requiredReaderList("results")) {
      var progress = state.progress().get(new TaskId(result.requiredString("task_id")));
      if (progress == null || !progress.state().name().equals("FINAL")) {
        checker.broken(
            Invariant.P2, "in the op-log of NEED " + needId + " an accepted task is not FINAL");
      }
    }
  }

  /** Neither f dishonest verifiers nor lying workers may block a correct result. */
  private void doable() {
    if (!scenario.faults().isEmpty() || scenario.isOutvoted() || scenario.isCompromised()) {
      return;
    }
    for (Map.Entry<String, Expected> fed : new TreeMap<>(checker.expected()).entrySet()) {
      if (fed.getValue() instanceof Expected.End end && end.spec().isDoable() && !end.mayBeLate()) {
        SlotRow need = checker.observed().in(end.scope(), end.slot());
        ObservedEnvelope ended =
            need == null ? null : checker.observed().envelopeIn(need.id(), "FINALIZE");
        if (ended == null || !ended.text("outcome").equals("ACCEPTED")) {
          checker.broken(
              scenario.isCalm() ? Invariant.P5 : Invariant.P3,
              "the NEED at " + fed.getKey() + " should have been accepted");
        }
      }
    }
  }

  /** Returns the number of NEEDs by outcome. */
  public SortedMap<String, Integer> outcomes() {
    SortedMap<String, Integer> outcomes = new TreeMap<>();
    for (SlotRow need : checker.observed().needs().values()) {
      ObservedEnvelope end = checker.observed().envelopeIn(need.id(), "FINALIZE");
      if (end != null) {
        outcomes.merge(end.text("outcome"), 1, Integer::sum);
      }
    }
    return outcomes;
  }
}
