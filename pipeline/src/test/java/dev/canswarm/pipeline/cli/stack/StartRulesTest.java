package dev.canswarm.pipeline.cli.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.rule.ModuleRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contradictions between settings, policy and trust file, each at its bound. */
class StartRulesTest {
  private static final OptionalInt MANY = OptionalInt.of(64);
  private static final ModuleRules.Source NO_MODULES = module -> Optional.empty();

  private static SwarmSettings settings(Map<String, String> flags) throws Exception {
    return SettingsLoader.load(flags, Map.of(), Optional.empty(), Path.of("/")).settings();
  }

  private static byte[] bytes(Map<String, Integer> changed) {
    TreeMap<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(PolicyFile.builtIn()).members());
    changed.forEach((name, value) -> members.put(name, JsonNumber.of(value)));
    return CanonicalJson.write(JsonObject.of(members));
  }

  private static Policy policy(Map<String, Integer> changed) {
    return Policy.parse(bytes(changed));
  }

  private static List<String> problems(Map<String, Integer> changed, Map<String, String> flags)
      throws Exception {
    return StartRules.problems(settings(flags), policy(changed), MANY);
  }

  private static TrustRegistry trust(int verifiers) {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    for (RoleName role :
        List.of(
            RoleName.CLIENT,
            RoleName.PLANNER,
            RoleName.DECIDER,
            RoleName.WORKER,
            RoleName.COORDINATOR)) {
      roles.put(ControlFixture.publicKey(role.label()), ControlFixture.set(role));
    }
    for (int i = 0; i < verifiers; i++) {
      roles.put(ControlFixture.publicKey("verifier " + i), ControlFixture.set(RoleName.VERIFIER));
    }
    return TrustRegistry.of(roles);
  }

  @Test
  void whatShipsContradictsNothing() throws Exception {
    assertThat(problems(Map.of(), Map.of())).isEmpty();
    assertThatCode(
            () -> StartRules.check(settings(Map.of()), PolicyFile.builtIn(), NO_MODULES, trust(2)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "k,5,k_max,5,4,'k of the policy: expected at most k_max of the policy, which is 4, got 5'",
    "k,17,parents_max,17,16,'k of the policy: expected at most parents_max of the policy, which is"
        + " 16, got 17'",
    "deadline_ms,1001,deadline_ms_max,1001,1000,'deadline_ms of the policy: expected at most"
        + " deadline_ms_max of the policy, which is 1000, got 1001'",
  })
  void aPolicyMayNotContradictItself(
      String low, int value, String high, int enough, int tooLittle, String problem)
      throws Exception {
    Map<String, Integer> right = new TreeMap<>(Map.of("k_max", 64, low, value));
    right.put(high, enough);
    assertThat(problems(right, Map.of())).isEmpty();
    Map<String, Integer> wrong = new TreeMap<>(right);
    wrong.put(high, tooLittle);
    assertThat(problems(wrong, Map.of())).containsExactly(problem);
  }

  @Test
  void recordsAreKeptAtLeastAsLongAsANeedMayTake() throws Exception {
    SwarmSettings settings = settings(Map.of("kafka.retention-ms", "3600000"));
    assertThat(StartRules.problems(settings, policy(Map.of("deadline_ms_max", 3_600_000)), MANY))
        .isEmpty();
    assertThat(StartRules.problems(settings, policy(Map.of("deadline_ms_max", 3_600_001)), MANY))
        .containsExactly(
            "deadline_ms_max of the policy: expected at most kafka.retention-ms, which is 3600000,"
                + " got 3600001");
  }

  @Test
  void anEnvelopeWithTheLargestPayloadFitsARecord() throws Exception {
    SwarmSettings settings = settings(Map.of());
    int bytesMax = settings.kafka().recordBytesMax() - 4_096 - 67 * 2_048;
    assertThat(StartRules.problems(settings, policy(Map.of("payload_bytes_max", bytesMax)), MANY))
        .isEmpty();
    assertThat(
            StartRules.problems(settings, policy(Map.of("payload_bytes_max", bytesMax + 1)), MANY))
        .singleElement()
        .asString()
        .startsWith(
            "payload_bytes_max of the policy, 4096 bytes around it and 67 for each of parents_max:"
                + " expected at most kafka.record-bytes-max");
  }

  private static Map<String, String> command(String setting, String value, String... more) {
    TreeMap<String, String> flags = new TreeMap<>();
    flags.put("tasks.exec.a.command", "/bin/true");
    flags.put("tasks.exec.a." + setting, value);
    for (int i = 0; i < more.length; i += 2) {
      flags.put(more[i], more[i + 1]);
    }
    return flags;
  }

  @Test
  void anArtifactOfThePolicyAndTheOutputOfACommandCanBeStored() throws Exception {
    assertThat(problems(Map.of(), Map.of("artifacts.bytes-max", "100")))
        .containsExactly(
            "artifact.bytes_max of the policy: expected at most artifacts.bytes-max, which is 100,"
                + " got 67108864");
    Map<String, String> flags =
        command("output-bytes-max", "2000000", "artifacts.bytes-max", "1000");
    assertThat(problems(Map.of(), flags))
        .hasSize(2)
        .last()
        .isEqualTo(
            "tasks.exec.a.output-bytes-max: expected at most artifacts.bytes-max, which is 1000,"
                + " got 2000000");
  }

  @Test
  void aCommandThatOnlyNeedsWithALongDeadlineSurviveIsAWarning() throws Exception {
    SwarmSettings settings = settings(command("timeout-ms", "400000"));
    Map<String, Integer> patient = Map.of("lease_ms", 400_000, "verify_ms", 400_000);
    assertThat(StartRules.problems(settings, policy(patient), MANY)).isEmpty();
    assertThat(StartRules.warnings(settings, policy(patient)))
        .containsExactly(
            "tasks.exec.a.timeout-ms: expected at most deadline_ms of the policy, for NEEDs that"
                + " name no deadline, which is 300000, got 400000");
    Map<String, Integer> hasty = new TreeMap<>(patient);
    hasty.put("deadline_ms_max", 399_999);
    assertThat(StartRules.problems(settings, policy(hasty), MANY))
        .containsExactly(
            "tasks.exec.a.timeout-ms: expected at most deadline_ms_max of the policy, which is"
                + " 399999, got 400000");
    assertThat(StartRules.warnings(settings(Map.of()), policy(Map.of()))).isEmpty();
  }

  @Test
  void aPolicyUnderWhichNoNeedIsAcceptedIsNamed() throws Exception {
    assertThat(problems(Map.of("gas_per_evaluation", 360), Map.of()))
        .singleElement()
        .asString()
        .startsWith("gas_per_evaluation of the policy: expected at least 4");
    byte[] without =
        new String(PolicyFile.builtIn(), UTF_8).replace("\"CLAIM\", ", "").getBytes(UTF_8);
    assertThat(StartRules.problems(settings(Map.of()), Policy.parse(without), MANY))
        .singleElement()
        .asString()
        .startsWith("kinds of the policy: expected CLAIM among them, got [");
  }

  @Test
  void aTrustFileWithoutARoleIsRefused() throws Exception {
    TrustRegistry two = trust(2);
    TrustRegistry left = two.without(Set.of(ControlFixture.publicKey("planner")));
    assertThatThrownBy(
            () -> StartRules.check(settings(Map.of()), PolicyFile.builtIn(), NO_MODULES, left))
        .hasMessage(
            "contradictory settings: trust: expected a key in force that may send PROPOSE, got"
                + " none");
  }

  @Test
  void thereAreEnoughVerifiersForThePlanAndForTheWork() throws Exception {
    Policy policy = policy(Map.of("k", 3, "k_plan", 4));
    assertThat(StartRules.problems(settings(Map.of()), policy, OptionalInt.of(4))).isEmpty();
    assertThat(StartRules.problems(settings(Map.of()), policy, OptionalInt.of(3)))
        .containsExactly(
            "k_plan of the policy: expected at most the verifiers in the trust file, which is 3,"
                + " got 4");
    assertThat(StartRules.problems(settings(Map.of()), policy, OptionalInt.of(2)))
        .hasSize(2)
        .first()
        .isEqualTo(
            "k of the policy: expected at most the verifiers in the trust file beside a worker,"
                + " which is 2, got 3");
  }

  @Test
  void whereTheVerifiersAreNotKnownNothingIsSaidOfThem() throws Exception {
    assertThat(
            StartRules.problems(settings(Map.of()), policy(Map.of("k", 10)), OptionalInt.empty()))
        .isEmpty();
  }

  @Test
  void oneContradictionIsOneLineAndSeveralAreAList() throws Exception {
    SwarmSettings settings = settings(Map.of());
    assertThatThrownBy(() -> StartRules.check(settings, PolicyFile.builtIn(), NO_MODULES, trust(1)))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessage(
            "contradictory settings: k of the policy: expected at most the verifiers in the trust"
                + " file beside a worker, which is 1, got 2");
    byte[] twice = bytes(Map.of("k", 3, "k_max", 2));
    assertThatThrownBy(() -> StartRules.check(settings, twice, NO_MODULES, trust(1)))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(
            "2 contradictory settings:\n  k of the policy: expected at most k_max")
        .hasMessageContaining("\n  k of the policy: expected at most the verifiers");
  }

  @Test
  void aModuleOfThePolicyThatIsNotThereIsNamed() {
    JsonObject policy = StrictJson.parseObject(PolicyFile.builtIn());
    TreeMap<String, JsonValue> members = new TreeMap<>(policy.members());
    members.put(
        "rules",
        StrictJson.parse(
            ("[{\"name\":\"short\",\"sha256\":\""
                    + "a".repeat(64)
                    + "\",\"verbs\":[\"COMMIT\"],\"gas_max\":5000,\"memory_pages_max\":2}]")
                .getBytes(UTF_8)));
    Policy withRule = Policy.parse(CanonicalJson.write(JsonObject.of(members)));
    assertThat(StartRules.moduleProblems(withRule, NO_MODULES))
        .singleElement()
        .asString()
        .contains("short");
    assertThat(StartRules.moduleProblems(policy(Map.of()), NO_MODULES)).isEmpty();
  }

  @Test
  void bytesThatAreNoPolicyAreRefusedWithTheirFile() throws Exception {
    SwarmSettings settings = settings(Map.of("policy.file", "/p.json"));
    for (String wrong : List.of("{", "{}", "[]")) {
      assertThatThrownBy(() -> StartRules.policy(settings, wrong.getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
          .hasMessageStartingWith("the policy file /p.json cannot be used: ");
    }
    assertThatThrownBy(() -> StartRules.policy(settings(Map.of()), new byte[0]))
        .hasMessageStartingWith("the policy file of the stack cannot be used: ");
  }
}
