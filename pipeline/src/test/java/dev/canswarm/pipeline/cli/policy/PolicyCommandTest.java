package dev.canswarm.pipeline.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
  /** The policy that ships: its hash is in every log that was written under it. */
  private static final String BUILT_IN_HASH =
      "576ddd4a96f28557f517f53d098fa8b8a08141ff768317bff23a3155efa45351";

  private final Path home;

  PolicyCommandTest(@TempDir Path home) {
    this.home = home;
  }

  private void file(String name, String member, String other) throws IOException {
    String policy = new String(PolicyFile.builtIn(), StandardCharsets.UTF_8);
    assertThat(policy).contains(member);
    Files.writeString(home.resolve(name), policy.replace(member, other));
  }

  private Invocation policy(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "policy";
    System.arraycopy(args, 0, all, 1, args.length);
    return Invocation.of(home, all);
  }

  @Test
  void theBuiltInPolicyKeepsItsHash() {
    assertThat(policy("hash").out().strip()).isEqualTo(BUILT_IN_HASH);
    assertThat(Policy.parse(PolicyFile.builtIn()).hash()).isEqualTo(BUILT_IN_HASH);
  }

  @Test
  void spacesInAFileDoNotChangeItsHash() throws Exception {
    file("p.json", "\"k\": 2", "   \"k\":2");
    assertThat(policy("hash", "p.json").out().strip()).isEqualTo(BUILT_IN_HASH);
  }

  @Test
  void everyMemberIsShownWithItsValue() throws Exception {
    file("p.json", "\"k\": 2", "\"k\": 3");
    Invocation shown = policy("show", "p.json");
    assertThat(shown.exit()).isZero();
    assertThat(shown.out().lines())
        .anyMatch(line -> line.matches("k +3"))
        .anyMatch(line -> line.matches("artifact\\.required_on_commit +true"))
        .anyMatch(line -> line.matches("hash +[0-9a-f]{64}"));
    Invocation json = policy("show", "p.json", "--json");
    assertThat(json.objects())
        .anySatisfy(
            line -> {
              assertThat(line.path("type").asText()).isEqualTo("member");
              assertThat(line.path("name").asText()).isEqualTo("artifact.bytes_max");
              assertThat(line.path("value").asText()).isEqualTo("67108864");
            });
    assertThat(json.summary().get("hash").asText()).hasSize(64).isNotEqualTo(BUILT_IN_HASH);
  }

  @Test
  void anInvalidPolicyFailsWithThePlaceOfTheFault() throws Exception {
    file("p.json", "\"k\": 2", "\"k\": 0");
    Invocation wrong = policy("check", "p.json", "--json");
    assertThat(wrong.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(wrong.summary().get("error").asText()).contains("p.json", "policy/k");
  }

  @Test
  void membersThatContradictEachOtherAreNamed() throws Exception {
    file("p.json", "\"k_max\": 16", "\"k_max\": 1");
    Invocation wrong = policy("check", "p.json");
    assertThat(wrong.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(wrong.out().strip())
        .isEqualTo("k of the policy: expected at most k_max of the policy, which is 1, got 2");
    file("q.json", "\"k_max\": 16", "\"k_max\": 2");
    assertThat(policy("check", "q.json").exit()).isZero();
  }

  @Test
  void differencesAreListedByMember() throws Exception {
    file("p.json", "\"bytes_max\": 67108864", "\"bytes_max\": 1024");
    Invocation differ = policy("diff", "p.json");
    assertThat(differ.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(differ.out().strip()).isEqualTo("artifact.bytes_max: 67108864 → 1024");
    file("q.json", "\"k\": 2", "\"k\": 3");
    Invocation two = policy("diff", "p.json", "q.json", "--json");
    assertThat(two.summary().get("differences").asInt()).isEqualTo(2);
    assertThat(policy("diff", "p.json", "p.json").exit()).isZero();
  }

  @Test
  void aModuleThatIsMissingOrAnotherIsNamed() throws Exception {
    byte[] module = Resources.bytes(PolicyFile.class, "rules/short.wasm");
    String rule =
        """
        "rules": [{"name":"short","sha256":"%s","verbs":["COMMIT"],"gas_max":20000,
                   "memory_pages_max":2}],
        "k": 2\
        """
            .formatted(Sha256.hex(module));
    file("p.json", "\"k\": 2", rule);
    Invocation missing = policy("check", "p.json");
    assertThat(missing.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.out().strip())
        .isEqualTo("rule short: expected short.wasm, got no such file");
    Files.write(home.resolve("short.wasm"), module);
    assertThat(policy("check", "p.json").exit()).isZero();
    module[module.length - 1] ^= 1;
    Files.write(home.resolve("short.wasm"), module);
    assertThat(policy("check", "p.json").out()).contains("expected a module with SHA-256");
    assertThat(policy("diff", "p.json").out().lines())
        .singleElement()
        .asString()
        .startsWith("rules: - → [{\"gas_max\":20000,");
  }

  @Test
  void aMissingFileIsAFailureOfTheEnvironmentAndTooManyAreOfUsage() {
    assertThat(policy("hash", "none.json").exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(policy("check").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(policy("hash", "a", "b").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(policy("erase").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aPolicyWhoseModuleIsMissingIsNotActivated() throws Exception {
    file(
        "p.json",
        "\"k\": 2",
        """
        "rules": [{"name":"short","sha256":"%s","verbs":["COMMIT"],"gas_max":20000,
                   "memory_pages_max":2}],
        "k": 2\
        """
            .formatted("a".repeat(64)));
    Invocation refused = policy("activate", "p.json");
    assertThat(refused.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("nothing was changed: rule short: expected short.wasm");
  }

  @Test
  void aChangeOfPoliciesNeedsAFileAndARunningSwarm() {
    for (String action : new String[] {"activate", "retire"}) {
      Invocation missing = policy(action);
      assertThat(missing.exit()).as(action).isEqualTo(ExitCode.USAGE);
      assertThat(missing.err()).contains(action + ": expected a FILE");
    }
    Invocation alone = policy("retire", BUILT_IN_HASH);
    assertThat(alone.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(alone.err()).contains("no stack is running on");
    assertThat(policy("retire", "none.json").err()).contains("none.json");
  }

  @Test
  void theSamePolicyTwiceIsSaidToBeTheSame() throws Exception {
    file("p.json", "\"k\": 2", "   \"k\":2");
    Invocation same = policy("diff", "p.json", "--json");
    assertThat(same.exit()).isZero();
    assertThat(same.objects()).hasSize(1);
    assertThat(same.summary().get("before").asText()).isEqualTo(BUILT_IN_HASH);
    assertThat(policy("diff", "p.json").out().strip())
        .isEqualTo("the same policy, " + BUILT_IN_HASH);
    assertThat(policy("diff").err()).contains("diff: expected one or two FILEs");
    assertThat(policy("diff", "a", "b", "c").err()).contains("too many files: 3");
  }
}
