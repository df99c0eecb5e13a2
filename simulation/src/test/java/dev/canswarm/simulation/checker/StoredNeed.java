package dev.canswarm.simulation.checker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows of one NEED that was accepted by two verifiers. A test changes what is to be found
 * wrong. Not thread-safe.
 */
final class StoredNeed {
  static final String SWARM = "can-swarm";
  static final ThreadId THREAD = new ThreadId("t");
  static final String POLICY_JSON = "{\"k\":2}";
  static final String POLICY = Proofs.hex(POLICY_JSON.getBytes(UTF_8));
  static final String ARTIFACT = "e".repeat(64);

  private static final SignatureEngine ENGINE = Engines.fastest().engine();
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec(SWARM, ENGINE, EnvelopeLimits.DEFAULT);
  private static final List<String> ROLES =
      List.of("client", "planner", "decider", "worker", "verifier", "coordinator");
  private static final PlanTask TASK =
      new PlanTask("a", JsonNumber.of(1), null, List.of(), List.of());

  final String trustJson;
  final String trust;
  final Map<String, Row> rows = new TreeMap<>();
  final Envelope need;
  final Envelope propose;
  final Envelope decide;
  final Envelope claim;
  final Envelope commit;
  final List<Envelope> votes = new ArrayList<>();
  final TaskId task;

  private final Map<String, SigningKey> keys = new HashMap<>();

  StoredNeed() {
    this.trustJson = trust();
    this.trust = Proofs.hex(trustJson.getBytes(UTF_8));
    JsonObject wanted = JsonObject.builder().put("task_type", "a").put("input", 1).build();
    need = CODEC.sign(Draft.need(THREAD, "nonce", POLICY, wanted), key("client"), 1);
    put(THREAD.text(), "NEED/" + need.id(), need);
    propose = said("planner", Verb.PROPOSE, new Propose(List.of(TASK)).toJson(), need);
    task = TaskId.of(propose.id(), 0);
    put(need.id().text(), "PROPOSE/" + propose.sender().base64(), propose);
    decide =
        said(
            "decider",
            Verb.DECIDE,
            new Decide(propose.id(), 1, 0, 2, POLICY, trust, "f".repeat(64)).toJson(),
            propose);
    put(need.id().text(), "DECIDE", decide);
    claim = said("worker", Verb.CLAIM, new Lease(task, 1, 1).toJson(), decide);
    put(need.id().text(), "CLAIM/" + task + "/1", claim);
    commit =
        said("worker", Verb.COMMIT, new Commit(task, 1, 1, ARTIFACT, List.of()).toJson(), claim);
    put(need.id().text(), "END/" + task + "/1", commit);
    for (int i = 1; i <= 2; i++) {
      vote("verifier-" + i, true);
    }
    end(votes.toArray(Envelope[]::new));
  }

  private String trust() {
    TreeMap<String, String> roles = new TreeMap<>();
    for (String role : ROLES) {
      int agents = role.equals("verifier") ? 3 : 1;
      for (int i = 1; i <= agents; i++) {
        String name = agents == 1 ? role : role + "-" + i;
        roles.put(key(name).publicKey().base64(), role);
      }
    }
    StringBuilder json = new StringBuilder("{");
    roles.forEach(
        (key, role) ->
            json.append(json.length() == 1 ? "" : ",")
                .append("\"%s\":[\"%s\"]".formatted(key, role)));
    return json.append('}').toString();
  }

  SigningKey key(String name) {
    return keys.computeIfAbsent(
        name, agent -> ENGINE.signingKey(Proofs.sha256(agent.getBytes(UTF_8))));
  }

  Envelope said(String agent, Verb verb, JsonObject payload, Envelope... parents) {
    long lamport = 1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0);
    return CODEC.sign(
        Draft.builder(verb, THREAD)
            .need(new NeedId(need.id()))
            .lamport(lamport)
            .parents(Arrays.stream(parents).map(Envelope::id).toList())
            .policyHash(POLICY)
            .payload(payload)
            .build(),
        key(agent),
        2);
  }

  /** Stores a vote on the COMMIT. */
  Envelope vote(String verifier, boolean accept) {
    Attest vote = new Attest(commit.id(), accept, new Attest.Work(task, 1, ARTIFACT), null);
    Envelope envelope = said(verifier, Verb.ATTEST, vote.toJson(), commit);
    votes.add(envelope);
    put(need.id().text(), "ATTEST/" + commit.id() + "/" + envelope.sender().base64(), envelope);
    return envelope;
  }

  /** Stores an end that counts these. */
  Envelope end(Envelope... counted) {
    return end(resultHash(), counted);
  }

  Envelope end(String resultHash, Envelope... counted) {
    Finalize end =
        new Finalize(
            Finalize.Outcome.ACCEPTED,
            null,
            resultHash,
            List.of(new Finalize.Result(task, "a", ARTIFACT)));
    Envelope envelope = said("coordinator", Verb.FINALIZE, end.toJson(), counted);
    put(need.id().text(), "FINALIZE", envelope);
    return envelope;
  }

  String resultHash() {
    return EnvelopeIds.resultHash(
        JsonObject.builder()
            .put("need", need.payloadHash())
            .put("outcome", "ACCEPTED")
            .put("policy", POLICY)
            .put("tasks", new JsonArray(List.of(TASK.toJson(ARTIFACT))))
            .build());
  }

  void put(String scope, String slot, Envelope envelope) {
    rows.put(slot, row(scope, slot, envelope, envelope.bytes()));
  }

  Row row(String scope, String slot, Envelope envelope, byte[] bytes) {
    return new Row(
        scope,
        slot,
        envelope.id().text(),
        need.id().text(),
        envelope.verb().name(),
        Message.of(bytes));
  }

  /** The rules that were in force. */
  ArchivedRules rules(ViolationCollector violations) {
    ArchivedRules rules = new ArchivedRules();
    rules.add(trust, "trust", trustJson.getBytes(UTF_8), violations);
    rules.add(POLICY, "policy", POLICY_JSON.getBytes(UTF_8), violations);
    return rules;
  }

  Map<String, Message> known() {
    Map<String, Message> known = new HashMap<>();
    rows.values().forEach(row -> known.put(row.id(), row.message()));
    return known;
  }
}
