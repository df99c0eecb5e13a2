package dev.canswarm.simulation.checker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks P1 to P4 of one NEED from its rows. Use once. */
final class NeedCheck {
  private static final String TASK_TAG = "can-swarm/task/v1";
  private static final String RESULT_TAG = "can-swarm/result/v1";
  private static final String ACCEPTED = "ACCEPTED";

  private final String need;
  private final List<Row> rows;
  private final ArchivedRules rules;
  private final ViolationCollector violations;
  private final Map<String, Message> known = new HashMap<>();
  private final Map<String, Row> bySlot = new HashMap<>();

  NeedCheck(String need, List<Row> rows, ArchivedRules rules, ViolationCollector violations) {
    this.need = need;
    this.rows = rows;
    this.rules = rules;
    this.violations = violations;
    for (Row row : rows) {
      known.put(row.id(), row.message());
      bySlot.put(row.slot(), row);
    }
  }

  /** Returns the envelopes by id. */
  Map<String, Message> known() {
    return known;
  }

  /** Checks the NEED and returns its outcome, with its reason; empty if it has not ended. */
  String check() {
    List<Message> needs = ofKind("NEED");
    List<Message> decides = ofKind("DECIDE");
    List<Message> ends = ofKind("FINALIZE");
    violations.require(
        needs.size() == 1, "P5", "NEED " + need + " has rows but its own envelope is not stored");
    violations.require(decides.size() <= 1, "P1", "NEED " + need + " has " + decides);
    violations.require(ends.size() <= 1, "P1", "NEED " + need + " has " + ends);
    ofKind("COMMIT").forEach(this::lease);
    if (ends.isEmpty() || needs.isEmpty()) {
      return "";
    }
    Message end = ends.get(0);
    String outcome = end.payload().path("outcome").asText();
    if (outcome.equals(ACCEPTED)) {
      accepted(needs.get(0), decides.isEmpty() ? null : decides.get(0), end);
    } else {
      violations.require(
          end.payload().path("result_hash").asText().isEmpty()
              && end.payload().path("results").isEmpty(),
          "P2",
          end + " has a result though it is " + outcome);
    }
    String reason = end.payload().path("reason").asText();
    return reason.isEmpty() ? outcome : outcome + " " + reason;
  }

  private List<Message> ofKind(String kind) {
    Set<String> seen = new HashSet<>();
    return rows.stream()
        .filter(row -> row.kind().equals(kind) && seen.add(row.id()))
        .map(Row::message)
        .toList();
  }

  /** P4: a stored COMMIT ends the lease of its token, and its sender holds that lease. */
  private void lease(Message commit) {
    String place =
        commit.payload().path("task_id").asText() + "/" + commit.payload().path("token").asText();
    Row end = bySlot.get("END/" + place);
    violations.require(
        end != null && end.id().equals(commit.id()), "P4", commit + " does not fill END/" + place);
    Row claim = bySlot.get("CLAIM/" + place);
    violations.require(
        claim != null
            && claim.message().sender().equals(commit.sender())
            && commit.parents().equals(List.of(claim.id())),
        "P4",
        commit + " does not follow from its sender's stored CLAIM/" + place);
  }

  private void accepted(Message needMessage, @Nullable Message decide, Message end) {
    if (decide == null) {
      violations.add("P1", end + " is ACCEPTED without a DECIDE");
      return;
    }
    JsonNode terms = decide.payload();
    Message proposal = known.get(terms.path("proposal_id").asText());
    if (proposal == null || !decide.parents().contains(proposal.id())) {
      violations.add("P6", decide + " does not follow from the proposal that it names");
      return;
    }
    JsonNode plan = proposal.payload().path("plan");
    JsonNode results = end.payload().path("results");
    violations.require(
        plan.size() == results.size(),
        "P2",
        end + " has " + results.size() + " results of a plan of " + plan.size());
    ArrayNode tasks = JsonNodeFactory.instance.arrayNode();
    for (int index = 0; index < Math.min(plan.size(), results.size()); index++) {
      JsonNode result = results.get(index);
      String task = taskId(proposal.id(), index);
      violations.require(
          task.equals(result.path("task_id").asText()),
          "P2",
          end + " expected task " + task + " at " + index);
      votes(end, decide, task, result.path("artifact").asText());
      ObjectNode done = plan.get(index).deepCopy();
      done.set("artifact", result.path("artifact"));
      tasks.add(done);
    }
    ObjectNode hashed = JsonNodeFactory.instance.objectNode();
    hashed.put("need", needMessage.text("payload_hash"));
    hashed.put("outcome", ACCEPTED);
    hashed.put("policy", terms.path("policy").asText());
    hashed.set("tasks", tasks);
    String expected = Proofs.hexTagged(RESULT_TAG, CanonicalText.of(hashed));
    String actual = end.payload().path("result_hash").asText();
    violations.require(
        expected.equals(actual),
        "P2",
        end + " has result_hash " + actual + ", expected " + expected);
  }

  private static String taskId(String proposal, int index) {
    return Proofs.hexTagged(TASK_TAG, (proposal + ":" + index).getBytes(StandardCharsets.US_ASCII));
  }

  /** P3: ACCEPTs ≥ K + REJECTs among the parents, from distinct verifiers other than the worker. */
  private void votes(Message end, Message decide, String task, String artifact) {
    String trust = decide.payload().path("trust").asText();
    long accepts = 0;
    long rejects = 0;
    Set<String> voters = new HashSet<>();
    Set<String> targets = new HashSet<>();
    for (String id : end.parents()) {
      Message vote = known.get(id);
      if (vote == null
          || !vote.kind().equals("ATTEST")
          || !vote.payload().path("task_id").asText().equals(task)) {
        continue;
      }
      String target = vote.payload().path("target").asText();
      Message commit = known.get(target);
      violations.require(
          commit != null
              && commit.kind().equals("COMMIT")
              && commit.payload().path("task_id").asText().equals(task)
              && commit.payload().path("artifact").asText().equals(artifact)
              && vote.payload().path("artifact").asText().equals(artifact)
              && vote.payload().path("attempt").equals(commit.payload().path("attempt"))
              && !commit.sender().equals(vote.sender()),
          "P3",
          end + " counts " + vote + ", which is not about the COMMIT of what it accepts");
      violations.require(
          rules.isVerifier(trust, vote.sender()),
          "P3",
          end + " counts " + vote + " by a key that is not a verifier: " + vote.sender());
      violations.require(
          voters.add(vote.sender()), "P3", end + " counts two votes of " + vote.sender());
      targets.add(target);
      if (vote.payload().path("verdict").asText().equals("ACCEPT")) {
        accepts++;
      } else {
        rejects++;
      }
    }
    long k = decide.payload().path("k").asLong(Long.MAX_VALUE);
    violations.require(
        accepts >= k + rejects && targets.size() == 1,
        "P3",
        "%s accepts task %s with %d ACCEPTs and %d REJECTs of %d COMMITs, K = %d"
            .formatted(end, task, accepts, rejects, targets.size(), k));
  }
}
