package dev.canswarm.replay;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.protocol.derive.UnsignedForm;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The result hash, computed again from the payloads as they are on the wire, apart from the code
 * that computes it live.
 */
final class ResultCheck {
  private static final String RESULT_TAG = "can-swarm/result/v1";

  private ResultCheck() {}

  static Check check(Subject subject) {
    Findings findings = new Findings();
    Known end = subject.end();
    if (end == null) {
      findings.missing("a FINALIZE");
      return findings.as(CheckName.RESULT, "not computed");
    }
    Finalize result = end.message().as(Finalize.class);
    if (result.outcome() != Finalize.Outcome.ACCEPTED) {
      if (!result.resultHash().isEmpty() || !result.results().isEmpty()) {
        findings.fail(end.where(), "expected neither results nor their hash, got both or one");
      }
      return findings.as(CheckName.RESULT, result.outcome() + ", so there is none");
    }
    Known need = subject.closure().found().get(subject.history().needId().envelope());
    List<Known> decides = subject.closure().of(Verb.DECIDE);
    Known proposal =
        decides.isEmpty()
            ? null
            : subject.closure().found().get(decides.get(0).message().as(Decide.class).proposalId());
    if (need == null || proposal == null) {
      findings.missing("the NEED and the PROPOSE that the FINALIZE follows from");
      return findings.as(CheckName.RESULT, "not computed");
    }
    String policy = decides.get(0).message().as(Decide.class).policy();
    byte[] content = content(need, proposal, policy, result.results());
    String expected = Sha256.hexTagged(RESULT_TAG, content);
    if (!expected.equals(result.resultHash())) {
      findings.fail(
          end.where(),
          "expected result_hash " + expected + " over the first, got the second",
          RecordedText.of(content),
          result.resultHash());
    }
    return findings.as(CheckName.RESULT, "result_hash " + result.resultHash());
  }

  private static byte[] content(
      Known need, Known proposal, String policy, List<Finalize.Result> results) {
    List<JsonValue> plan =
        proposal.envelope().payload().get("plan") instanceof JsonArray array
            ? array.elements()
            : List.of();
    List<JsonValue> tasks = new ArrayList<>();
    for (JsonValue task : plan) {
      if (task instanceof JsonObject object && tasks.size() < results.size()) {
        TreeMap<String, JsonValue> members = new TreeMap<>(object.members());
        members.put("artifact", new JsonString(results.get(tasks.size()).artifact()));
        tasks.add(new JsonObject(members));
      } else {
        tasks.add(task);
      }
    }
    return CanonicalJson.write(
        JsonObject.builder()
            .put("need", UnsignedForm.payloadHashOf(need.envelope()))
            .put("outcome", "ACCEPTED")
            .put("policy", policy)
            .put("tasks", new JsonArray(tasks))
            .build());
  }
}
