package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A policy with a module, and the course of three NEEDs under it: the module refuses the COMMIT of
 * the first, the second's needs more gas than it has, the third's passes. Thread-safe.
 */
final class PolicyStory {
  static final String RULE = "known-artifact";

  /** Enough for a COMMIT that builds on two artifacts, too little for one that builds on four. */
  static final int GAS_MAX = 30_000;

  /** How each NEED ends, in their order. */
  static final List<String> OUTCOMES = List.of("REJECTED", "REJECTED", "ACCEPTED");

  private static final int PAGES = 2;
  private static final String FILE = RULE + ".wasm";

  private final SortedMap<String, String> reasons = new ConcurrentSkipListMap<>();
  private final CountDownLatch given =
      new CountDownLatch((int) OUTCOMES.stream().filter("REJECTED"::equals).count());

  /** Returns the module that ships as an example. */
  static ModuleFiles modules() {
    return ModuleFiles.of(Map.of(FILE, module()));
  }

  private static byte[] module() {
    return Resources.bytes(PolicyFile.class, "rules/" + FILE);
  }

  /** Returns the policy with the module, and with one attempt at each task. */
  static byte[] policy(byte[] policy) {
    Map<String, JsonValue> members = new TreeMap<>(StrictJson.parseObject(policy).members());
    JsonObject rule =
        JsonObject.builder()
            .put("name", RULE)
            .put("sha256", Sha256.hex(module()))
            .put("verbs", List.of(Verb.COMMIT.name()))
            .put("gas_max", GAS_MAX)
            .put("memory_pages_max", PAGES)
            .build();
    members.put("rules", new JsonArray(List.of(rule)));
    members.put("attempts_max", JsonNumber.of(1));
    return CanonicalJson.write(JsonObject.of(members));
  }

  /** The first counts no words, the second adds up four counts, the third counts a passage. */
  static List<byte[]> needs(String passage) {
    return List.of(
        DemoTasks.countNeed(""), DemoTasks.totalNeed(passage), DemoTasks.countNeed(passage));
  }

  /** Notes why a worker gave a task back. */
  void seen(UnverifiedEnvelope envelope) {
    if (envelope.verb() == Verb.YIELD
        && reasons.putIfAbsent(envelope.threadId(), envelope.text("error")) == null) {
      given.countDown();
    }
  }

  /** Waits until the reasons are read, which may come later than the ends. */
  void await(long millisMax) throws InterruptedException {
    given.await(millisMax, TimeUnit.MILLISECONDS);
  }

  /** The reasons for which tasks were given back, by thread. */
  SortedMap<String, String> reasons() {
    return reasons;
  }
}
