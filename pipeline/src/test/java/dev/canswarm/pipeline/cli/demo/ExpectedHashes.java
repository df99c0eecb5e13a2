package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The result hashes of a demo without a demo: from the seed and the policy alone. Where a real one
 * reports the same, nothing in them came from keys, times, order or the machine.
 */
public final class ExpectedHashes {
  private ExpectedHashes() {}

  /**
   * One per NEED, in the order in which the demo feeds them.
   *
   * @param policy the policy's bytes, with the demo's K
   */
  public static List<String> of(int needs, long seed, byte[] policy) throws Exception {
    List<String> hashes = new ArrayList<>();
    for (byte[] need : Corpus.load().needs(needs, new SplittableRandom(seed))) {
      hashes.add(of(StrictJson.parseObject(need), Policy.parse(policy).hash()));
    }
    return hashes;
  }

  private static String of(JsonObject need, String policyHash) throws Exception {
    Map<String, JsonValue> task = new TreeMap<>(need.members());
    JsonValue input = Objects.requireNonNull(task.get("input"));
    String type = ((JsonString) Objects.requireNonNull(task.get("task_type"))).value();
    TaskHandler handler =
        BuiltInTasks.all().stream()
            .filter(each -> each.type().equals(type))
            .findFirst()
            .orElseThrow();
    byte[] artifact = handler.run(new TaskInput(input, List.of()));
    task.put("artifact", new JsonString(Sha256.hex(artifact)));
    task.put("requires", new JsonArray(List.of()));
    task.put("produces", new JsonArray(List.of()));
    JsonObject result =
        JsonObject.builder()
            .put("need", Sha256.hex(CanonicalJson.write(need)))
            .put("outcome", "ACCEPTED")
            .put("policy", policyHash)
            .put("tasks", new JsonArray(List.of(JsonObject.of(task))))
            .build();
    return Sha256.hexTagged("can-swarm/result/v1", CanonicalJson.write(result));
  }
}
