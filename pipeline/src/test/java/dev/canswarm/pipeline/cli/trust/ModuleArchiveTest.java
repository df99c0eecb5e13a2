package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.Archive;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ModuleArchiveTest {
  private static final String FILE = "known-artifact.wasm";
  private static final byte[] MODULE = Resources.bytes(PolicyFile.class, "rules/" + FILE);

  private final Map<String, byte[]> stored = new HashMap<>();
  private final ModuleArchive archive =
      new ModuleArchive(
          new Archive() {
            @Override
            public Mono<Void> archive(String hash, String kind, byte[] bytes) {
              return Mono.fromRunnable(
                  () -> {
                    assertThat(kind).isEqualTo("module");
                    stored.put(hash, bytes);
                  });
            }

            @Override
            public Mono<byte[]> archived(String hash) {
              return Mono.justOrEmpty(stored.get(hash));
            }
          },
          Duration.ofSeconds(10));

  private static Policy policy(String... rules) throws Exception {
    Map<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(PolicyFile.load(Optional.empty())).members());
    String all = "{\"rules\":[" + String.join(",", rules) + "]}";
    JsonObject parsed = StrictJson.parseObject(all.getBytes(StandardCharsets.UTF_8));
    members.putAll(parsed.members());
    return Policy.parse(CanonicalJson.write(JsonObject.of(members)));
  }

  private static String rule(String name, String hash) {
    return """
    {"name":"%s","sha256":"%s","verbs":["COMMIT"],"gas_max":30000,"memory_pages_max":2}"""
        .formatted(name, hash);
  }

  private static void assertRefused(ThrowingCallable call, String... said) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageStartingWith("nothing was changed: ")
        .hasMessageContainingAll(said);
  }

  @Test
  void aModuleThatIsHereIsStoredUnderItsHashAndIsThereThen() throws Exception {
    Policy policy = policy(rule("known-artifact", Sha256.hex(MODULE)));
    archive.put(policy, ModuleFiles.of(Map.of(FILE, MODULE)));
    assertThat(stored).containsOnlyKeys(Sha256.hex(MODULE));
    archive.check(policy);
  }

  @Test
  void oneModuleThatDoesNotFitKeepsAllOfThemOut() throws Exception {
    Policy policy =
        policy(rule("known-artifact", Sha256.hex(MODULE)), rule("other", "0".repeat(64)));
    ModuleFiles here = ModuleFiles.of(Map.of(FILE, MODULE, "other.wasm", MODULE));
    assertRefused(() -> archive.put(policy, here), "other", "0".repeat(64));
    assertThat(stored).isEmpty();
  }

  @Test
  void aModuleThatIsNotHereIsLeftOutAndMissedByTheCheck() throws Exception {
    Policy policy = policy(rule("known-artifact", Sha256.hex(MODULE)));
    archive.put(policy, ModuleFiles.none());
    assertThat(stored).isEmpty();
    assertRefused(
        () -> archive.check(policy), "known-artifact", Sha256.hex(MODULE), FILE, "got none");
  }

  @Test
  void whatTheArchiveHoldsUnderAHashIsCheckedToo() throws Exception {
    Policy policy = policy(rule("known-artifact", Sha256.hex(MODULE)));
    stored.put(Sha256.hex(MODULE), new byte[] {0, 'a', 's', 'm'});
    assertRefused(() -> archive.check(policy), "in the archive, ", Sha256.hex(MODULE));
  }

  @Test
  void aPolicyWithoutModulesNeedsNone() throws Exception {
    archive.put(policy(), ModuleFiles.none());
    archive.check(policy());
    assertThat(stored).isEmpty();
  }
}
