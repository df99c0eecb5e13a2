package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.rule.ModuleRules;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The policy's rules on COMMITs: the built-in ones, and a module that reads the whole message. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the @Setup method first
public class PolicyBenchmark {
  /** More than the results that are cached, so that each is evaluated again. */
  private static final int COMMITS = 10_000;

  private static final String RULE = "known-artifact";

  private Envelope claim;
  private Ring<Envelope> commits;
  private PolicyCheck check;
  private OwnRules module;

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    byte[] bytes = Resources.bytes(PolicyFile.class, "rules/" + RULE + ".wasm");
    Policy policy = policy(bytes);
    EnvelopeCodec codec = NeedParts.codec(BenchEngines.named("i2p"));
    SigningKey key = NeedParts.keys(BenchEngines.named("i2p")).get(0);
    TaskId task = new TaskId(hash("task"));
    Draft lease =
        draft(policy, Verb.CLAIM, new EnvelopeId(hash("decide")), new Lease(task, 1, 1).toJson());
    claim = codec.sign(lease, key, NeedParts.TIMESTAMP_NS);
    commits =
        Ring.ofCount(
            COMMITS,
            i -> {
              Commit commit = new Commit(task, 1, 1, hash("artifact " + i), List.of());
              Draft draft = draft(policy, Verb.COMMIT, claim.id(), commit.toJson());
              return codec.sign(draft, key, NeedParts.TIMESTAMP_NS);
            });
    TrustRegistry trust = TrustRegistry.of(Map.of(key.publicKey(), EnumSet.of(RoleName.WORKER)));
    check = new PolicyCheck(policy, trust);
    module = ModuleRules.of(policy, rule -> Optional.of(bytes));
  }

  private static Policy policy(byte[] module) {
    Map<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(PolicyFile.builtIn()).members());
    JsonObject rule =
        JsonObject.builder()
            .put("name", RULE)
            .put("sha256", Sha256.hex(module))
            .put("verbs", List.of(Verb.COMMIT.name()))
            .put("gas_max", 100_000)
            .put("memory_pages_max", 2)
            .build();
    members.put("rules", new JsonArray(List.of(rule)));
    return Policy.parse(CanonicalJson.write(JsonObject.of(members)));
  }

  private static Draft draft(Policy policy, Verb verb, EnvelopeId parent, JsonObject payload) {
    return Draft.builder(verb, new ThreadId("thread-1"))
        .need(new NeedId(hash("need")))
        .lamport(4)
        .parents(List.of(parent))
        .policyHash(policy.hash())
        .payload(payload)
        .build();
  }

  private static String hash(String text) {
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes the built-in checks of a policy and counts their gas. */
  @Benchmark
  public long builtIn() {
    Envelope commit = commits.next();
    GasMeter meter = check.meter();
    check.check(commit, commit.verb().topic(), meter);
    return meter.used();
  }

  /** Runs a module of some 25,000 gas. */
  @Benchmark
  public long module() {
    Envelope commit = commits.next();
    module.check(commit, List.of(claim));
    return module.gasOf(commit);
  }
}
