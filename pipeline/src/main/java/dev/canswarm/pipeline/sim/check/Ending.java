package dev.canswarm.pipeline.sim.check;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.port.SlotRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** What must hold once nothing goes wrong any more and everything owed could be delivered. */
public final class Ending {
  private final Checker checker;
  private final Scenario scenario;
  private final RightAnswers answers;

  public Ending(Checker checker, Scenario scenario, RightAnswers answers) {
    this.checker = checker;
    this.scenario = scenario;
    this.answers = answers;
  }

  /** Whether every NEED has ended and everything fed was answered. */
  public boolean isReached() {
    return owed().isEmpty();
  }

  private List<String> owed() {
    List<String> owed = new ArrayList<>();
    Ledger ledger = checker.ledger();
    for (SlotRow need : ledger.needs().values()) {
      SlotRow end = ledger.in(need.id(), "FINALIZE");
      if (end == null) {
        owed.add("NEED " + Votes.shortened(need.id()) + " has no end");
      } else if (!ledger.isSent(end.id())) {
        owed.add("the end of NEED " + Votes.shortened(need.id()) + " was not sent");
      }
    }
    for (Map.Entry<String, Expected> fed : new TreeMap<>(checker.expected()).entrySet()) {
      if (fed.getValue() instanceof Expected.End end) {
        if (ledger.in(end.scope(), end.slot()) == null) {
          owed.add("the NEED at " + fed.getKey() + " is stored nowhere");
        }
      } else if (fed.getValue() instanceof Expected.Refusal refusal
          && !ledger.deadLetters().containsKey(fed.getKey())) {
        owed.add(fed.getKey() + " was not dead-lettered as " + refusal.reason());
      }
    }
    return owed;
  }

  /** P5: time is up. */
  public void hangs(String alsoOwed) {
    List<String> owed = owed();
    if (!alsoOwed.isEmpty()) {
      owed.add(alsoOwed);
    }
    checker.broken(Invariant.P5, "nothing goes on: " + String.join("; ", owed));
  }

  /** Looks at each NEED's end. */
  public void check(Function<List<PlanOp>, PlanState> fold) {
    for (SlotRow need : checker.ledger().needs().values()) {
      Seen asked = checker.ledger().stored(need.id());
      Seen end = checker.ledger().seenIn(need.id(), "FINALIZE");
      if (asked != null && end != null) {
        ended(asked, end);
        merged(need.id(), end, fold);
      }
    }
    doable();
  }

  private void ended(Seen asked, Seen end) {
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
        checker.broken(Invariant.P3, "NEED " + asked.id() + " ends with a wrong result: " + given);
        return;
      }
    }
    if (!resultHash(asked, end, given).equals(read.requiredString("result_hash"))) {
      checker.broken(Invariant.P2, "NEED " + asked.id() + " ends with another result hash");
    }
  }

  /** As docs/spec has it: from the NEED's payload, the plan without ids, artifacts, policy. */
  private String resultHash(Seen asked, Seen end, List<String> artifacts) {
    Seen decide = checker.ledger().seenIn(asked.id(), "DECIDE");
    Seen plan = decide == null ? null : checker.ledger().stored(decide.text("proposal_id"));
    if (decide == null || plan == null) {
      checker.broken(Invariant.P1, "NEED " + asked.id() + " is accepted and was not decided");
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

  /** P2: the op-log says the same in any order, and of an accepted NEED that its tasks are done. */
  private void merged(String needId, Seen end, Function<List<PlanOp>, PlanState> fold) {
    List<PlanOp> ops = new ArrayList<>();
    for (SlotRow row : checker.ledger().rows()) {
      if (row.needId().equals(needId)) {
        ops.addAll(PlanOp.fromJson(row.ops()));
      }
    }
    List<PlanOp> backwards = new ArrayList<>(ops);
    Collections.reverse(backwards);
    PlanState state = fold.apply(ops);
    if (!state.equals(fold.apply(backwards))) {
      checker.broken(Invariant.P2, "the order of the op-log of NEED " + needId + " matters");
    }
    for (ObjectReader result : end.read().requiredReaderList("results")) {
      var progress = state.progress().get(result.requiredString("task_id"));
      if (progress == null || !progress.state().name().equals("FINAL")) {
        checker.broken(Invariant.P2, "the op-log of NEED " + needId + " does not say its end");
      }
    }
  }

  /** Nobody may stop a right result: neither f dishonest verifiers nor lying workers. */
  private void doable() {
    if (!scenario.faults().isEmpty() || scenario.isOutvoted()) {
      return;
    }
    for (Map.Entry<String, Expected> fed : new TreeMap<>(checker.expected()).entrySet()) {
      if (fed.getValue() instanceof Expected.End end && end.spec().isDoable()) {
        SlotRow need = checker.ledger().in(end.scope(), end.slot());
        Seen ended = need == null ? null : checker.ledger().seenIn(need.id(), "FINALIZE");
        if (ended == null || !ended.text("outcome").equals("ACCEPTED")) {
          checker.broken(
              scenario.isCalm() ? Invariant.P5 : Invariant.P3,
              "the NEED at " + fed.getKey() + " could have been done and was not");
        }
      }
    }
  }

  /** How many NEEDs ended in which way. */
  public SortedMap<String, Integer> outcomes() {
    SortedMap<String, Integer> outcomes = new TreeMap<>();
    for (SlotRow need : checker.ledger().needs().values()) {
      Seen end = checker.ledger().seenIn(need.id(), "FINALIZE");
      if (end != null) {
        outcomes.merge(end.text("outcome"), 1, Integer::sum);
      }
    }
    return outcomes;
  }
}
