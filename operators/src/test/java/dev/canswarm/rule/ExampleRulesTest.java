package dev.canswarm.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The examples that ship: they are what their sources make, and cost the same everywhere. */
class ExampleRulesTest {
  /** Golden figures: a change is another price for what is recorded already. */
  private static final long KNOWN_GAS = 25_747;

  private static final long REFUSED_GAS = 16_858;
  private static final long SHORT_GAS = 8_328;

  private static final Path SOURCES = Path.of("..", "config", "rules");
  private static final Path MODULES =
      Path.of("..", "config", "src", "main", "resources", "dev", "canswarm", "config", "rules");
  private static final String NOTHING = Sha256.hex("{}".getBytes(UTF_8));
  private static final String SOMETHING = Sha256.hex("something".getBytes(UTF_8));
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("example", Engines.portable(), EnvelopeLimits.DEFAULT);
  private static final SigningKey KEY = Engines.portable().signingKey(new byte[32]);
  private static final Lease LEASE = new Lease(new TaskId(SOMETHING), 1, 1);
  private static final Envelope CLAIM =
      say(Verb.CLAIM, new EnvelopeId("0".repeat(64)), LEASE.toJson(), 1);

  private static Envelope say(Verb verb, EnvelopeId parent, JsonObject payload, long timestampNs) {
    Draft draft =
        Draft.builder(verb, new ThreadId("thread-1"))
            .need(new NeedId("0".repeat(64)))
            .lamport(7)
            .parents(List.of(parent))
            .policyHash("0".repeat(64))
            .payload(payload)
            .build();
    return CODEC.sign(draft, KEY, timestampNs);
  }

  private static Envelope commit(String artifact, int inputs, long timestampNs) {
    Commit commit =
        new Commit(new TaskId(SOMETHING), 1, 1, artifact, Collections.nCopies(inputs, SOMETHING));
    return say(Verb.COMMIT, CLAIM.id(), commit.toJson(), timestampNs);
  }

  private static byte[] module(String name) {
    try {
      return Files.readAllBytes(MODULES.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Policy policy(String name, long gasMax) {
    String rule =
        """
        {"name":"%s","sha256":"%s","verbs":["COMMIT"],"gas_max":%d,"memory_pages_max":2}"""
            .formatted(name, Sha256.hex(module(name + ".wasm")), gasMax);
    return Policy.parse(
        """
        {"version":1,"kinds":["COMMIT"],"payload_bytes_max":65536,"plan_tasks_max":16,
         "parents_max":256,"artifact":{"bytes_max":65536},"k":2,"k_max":8,"k_plan":0,
         "attempts_max":1,"plan_ms":1,"lease_ms":1,"verify_ms":1,"gate_ms":1,"deadline_ms":1,
         "deadline_ms_max":1,"gas_per_evaluation":100000,"rules":[%s]}
        """
            .formatted(rule)
            .getBytes(UTF_8));
  }

  private static OwnRules rules(String name, long gasMax) {
    return ModuleRules.of(policy(name, gasMax), module -> Optional.of(module(module.fileName())));
  }

  private static long gas(OwnRules rules, Envelope commit) {
    rules.check(commit, List.of(CLAIM));
    return rules.gasOf(commit);
  }

  private static RefusedException refusal(OwnRules rules, Envelope commit) {
    try {
      rules.check(commit, List.of(CLAIM));
    } catch (RefusedException e) {
      return e;
    }
    throw new AssertionError("expected a refusal of " + commit);
  }

  @Test
  void sourcesAndModulesHaveTheHashesThatWereRecordedTogether() throws IOException {
    List<String> lines = Files.readAllLines(SOURCES.resolve("SHA256SUMS"));
    assertThat(lines).hasSize(4);
    for (String line : lines) {
      String[] parts = line.split(" {2}", 2);
      assertThat(Sha256.hex(Files.readAllBytes(SOURCES.resolve(parts[1]))))
          .as("%s; run config/rules/build after a change of a source", parts[1])
          .isEqualTo(parts[0]);
    }
  }

  @Test
  void anArtifactThatSaysNothingIsRefused() {
    OwnRules rules = rules("known-artifact", 100_000);
    assertThat(gas(rules, commit(SOMETHING, 0, 1))).isEqualTo(KNOWN_GAS);
    RefusedException refusal = refusal(rules, commit(NOTHING, 0, 1));
    assertThat(refusal.reason()).isEqualTo(Reason.POLICY_RULE_REFUSED);
    assertThat(refusal.detail())
        .isEqualTo("rule known-artifact: the artifact is {}, which says nothing");
    assertThat(rules.gasOf(commit(NOTHING, 0, 1))).isEqualTo(REFUSED_GAS);
  }

  @Test
  void aLongEnvelopeIsRefused() {
    OwnRules rules = rules("short", 100_000);
    assertThat(gas(rules, commit(SOMETHING, 10, 1))).isEqualTo(SHORT_GAS);
    assertThat(refusal(rules, commit(SOMETHING, 60, 1)).detail())
        .isEqualTo("rule short: expected at most 4096 bytes");
  }

  @Test
  void whatAnEnvelopeCostsDoesNotDependOnWhenItWasSigned() {
    OwnRules rules = rules("known-artifact", 100_000);
    long gas = gas(rules, commit(SOMETHING, 3, 1));
    OwnRules others = rules("known-artifact", 100_000);
    assertThat(gas(others, commit(SOMETHING, 3, Long.MAX_VALUE))).isEqualTo(gas);
  }

  @Test
  void oneGasLessThanItNeedsIsTooLittle() {
    assertThat(gas(rules("known-artifact", KNOWN_GAS), commit(SOMETHING, 0, 1)))
        .isEqualTo(KNOWN_GAS);
    OwnRules poor = rules("known-artifact", KNOWN_GAS - 1);
    assertThat(refusal(poor, commit(SOMETHING, 0, 1)).reason()).isEqualTo(Reason.OUT_OF_GAS);
    assertThat(poor.gasOf(commit(SOMETHING, 0, 1))).isEqualTo(KNOWN_GAS);
  }

  @Test
  void whatARuleSaidIsKeptForAsManyEnvelopesAsTheBoundAllows() {
    OwnRules rules = rules("short", 100_000);
    Envelope first = commit(SOMETHING, 0, 1);
    assertThat(rules.gasOf(first)).isEqualTo(OwnRules.UNKNOWN);
    rules.check(first, List.of(CLAIM));
    assertThat(rules.gasOf(first)).isPositive();
    // Its parents are not asked for again.
    rules.check(first, List.of());
    for (int i = 0; i < ModuleRules.KEPT_MAX; i++) {
      rules.check(commit(Sha256.hex(Integer.toString(i).getBytes(UTF_8)), 0, 1), List.of(CLAIM));
    }
    assertThat(rules.gasOf(first)).isEqualTo(OwnRules.UNKNOWN);
  }

  @Test
  void verbsThatARuleDoesNotNamePassItWithoutGas() {
    OwnRules rules = rules("short", 100_000);
    assertThat(rules.judge(Verb.COMMIT)).isTrue();
    assertThat(rules.judge(Verb.CLAIM)).isFalse();
    rules.check(CLAIM, List.of());
    assertThat(rules.gasOf(CLAIM)).isZero();
  }

  @Test
  void aPolicyWhoseModuleIsMissingOrAnotherCannotBeUsed() {
    Policy policy = policy("short", 100);
    assertThatThrownBy(() -> ModuleRules.of(policy, module -> Optional.empty()))
        .isInstanceOf(RuleException.class)
        .hasMessage("rule short: expected short.wasm, got no such file");
    assertThatThrownBy(
            () -> ModuleRules.of(policy, module -> Optional.of(module("known-artifact.wasm"))))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("expected a module with SHA-256");
  }
}
