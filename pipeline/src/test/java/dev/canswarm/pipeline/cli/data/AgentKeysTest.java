package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.AgentSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.data.DataException.Problem;
import dev.canswarm.pipeline.keys.KeyPassphrase;
import dev.canswarm.pipeline.signer.ExternalSigners;
import dev.canswarm.pipeline.signer.TestSigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentKeysTest {
  private static final SignatureEngine ENGINE = Engines.portable();
  private static final AgentSettings FEW = new AgentSettings(1, 1, 1, 2, 1, 1);
  private static final AgentSettings MORE = new AgentSettings(1, 1, 1, 3, 1, 1);
  private static final long SIGN_MILLIS_MAX = 10_000;
  private static final SeedSource SEEDS = SeedSource.derived(1);

  private final Path data;

  AgentKeysTest(@TempDir Path data) {
    this.data = data;
  }

  private AgentKeys ensure(AgentSettings counts, SeedSource seeds) throws Exception {
    return AgentKeys.ensure(data, data.resolve(TrustFile.NAME), counts, seeds, ENGINE);
  }

  private Path file(String agent) {
    return data.resolve("keys").resolve(agent + ".key");
  }

  private static void assertProblem(Problem problem, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.problem()).isEqualTo(problem));
  }

  @Test
  void theFirstStartMakesEveryAgentsKeyForItsOwnerAlone() throws Exception {
    AgentKeys keys = ensure(FEW, SeedSource.random(new SecureRandom()));
    assertThat(keys.added()).contains("planner-1", "verifier-2", "client", "node-1", "node-8");
    for (String agent : keys.added()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(agent))))
          .isEqualTo("rw-------");
      assertThat(keys.nameByKey()).containsEntry(keys.key(agent).publicKey().base64(), agent);
    }
  }

  @Test
  void laterStartsUseTheSameKeysAndLeaveTheTrustFileAlone() throws Exception {
    AgentKeys first = ensure(FEW, SeedSource.random(new SecureRandom()));
    byte[] trust = Files.readAllBytes(data.resolve(TrustFile.NAME));
    AgentKeys second = ensure(FEW, SeedSource.random(new SecureRandom()));
    assertThat(second.added()).isEmpty();
    assertThat(second.key("worker-1").publicKey()).isEqualTo(first.key("worker-1").publicKey());
    assertThat(data.resolve(TrustFile.NAME)).hasBinaryContent(trust);
  }

  @Test
  void agentsThatAreNewInTheSettingsAreAdded() throws Exception {
    ensure(FEW, SEEDS);
    assertThat(ensure(MORE, SEEDS).added()).containsExactly("verifier-3");
  }

  @Test
  void aDirectoryOfAnEarlierBuildGetsAnAdministrator() throws Exception {
    ensure(FEW, SEEDS);
    Path trustFile = data.resolve(TrustFile.NAME);
    List<TrustFile.Entry> earlier =
        TrustFile.read(trustFile).entries().stream()
            .filter(entry -> !entry.roles().contains(TrustFile.ADMIN))
            .toList();
    new TrustFile(earlier).write(trustFile);
    Files.delete(file("admin"));

    assertThat(ensure(FEW, SEEDS).added()).containsExactly("admin");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("admin"))))
        .isEqualTo("rw-------");
  }

  @Test
  void onceTheControlChainHasBegunTheTrustFileStaysAsItIs() throws Exception {
    ensure(FEW, SEEDS);
    byte[] trust = Files.readAllBytes(data.resolve(TrustFile.NAME));
    AgentKeys.chainBegan(data, "ab");
    AgentKeys.chainBegan(data, "cd");

    assertProblem(Problem.NOT_TRUSTED, () -> ensure(MORE, SEEDS));
    assertThatThrownBy(() -> ensure(MORE, SEEDS))
        .hasMessageContaining("./swarm trust add verifier-3");
    assertProblem(
        Problem.NOT_TRUSTED, () -> ensure(FEW, SEEDS).withNew("mine", List.of("client"), SEEDS));
    assertThat(data.resolve(TrustFile.NAME)).hasBinaryContent(trust);
    assertThat(data.resolve("control.genesis")).hasContent("ab");
  }

  @Test
  void anAgentThatTheControlChainHasAddedIsThere() throws Exception {
    ensure(FEW, SEEDS);
    AgentKeys.chainBegan(data, "ab");
    PublicKey added =
        new KeyRotation(data, KeyAccess.plain(ENGINE))
            .prepare("verifier-3", key -> false, SEEDS)
            .publicKey();

    assertThat(ensure(MORE, SEEDS).key("verifier-3").publicKey()).isEqualTo(added);
  }

  @Test
  void ofARotatedAgentTheKeyOfTheTrustFileIsStillThere() throws Exception {
    PublicKey listed = ensure(FEW, SEEDS).key("worker-1").publicKey();
    new KeyRotation(data, KeyAccess.plain(ENGINE))
        .prepare("worker-1", listed::equals, SeedSource.derived(2));

    assertThat(ensure(FEW, SEEDS).key("worker-1").publicKey()).isEqualTo(listed);
  }

  @Test
  void newAgentsLeaveTheNumberOfRequiredAdministratorsAsItIs() throws Exception {
    AgentKeys keys = ensure(FEW, SEEDS).withNew("admin-2", List.of(TrustFile.ADMIN), SEEDS);
    Path trustFile = data.resolve(TrustFile.NAME);
    new TrustFile(keys.trust().entries(), 2).write(trustFile);

    ensure(MORE, SEEDS);

    assertThat(TrustFile.read(trustFile).adminsRequired()).isEqualTo(2);
  }

  @Test
  void aStartKilledBeforeTheTrustFileWasWrittenIsTakenUp() throws Exception {
    AgentKeys first = ensure(FEW, SEEDS);
    Files.delete(data.resolve(TrustFile.NAME));
    AgentKeys second = ensure(FEW, SeedSource.random(new SecureRandom()));
    assertThat(second.key("client").publicKey()).isEqualTo(first.key("client").publicKey());
  }

  @Test
  void derivedSeedsRepeatAndDifferByAgentAndNumber() {
    assertThat(SeedSource.derived(1).seedOf("a"))
        .isEqualTo(SeedSource.derived(1).seedOf("a"))
        .isNotEqualTo(SeedSource.derived(1).seedOf("b"))
        .isNotEqualTo(SeedSource.derived(2).seedOf("a"));
  }

  @Test
  void aKeyOfAnotherLengthIsRefusedWithoutShowingIt() throws Exception {
    AgentKeys keys = ensure(FEW, SEEDS);
    Files.writeString(file("client"), "c2VjcmV0\n");
    assertProblem(Problem.BAD_CONTENT, () -> keys.key("client"));
    assertThatThrownBy(() -> keys.key("client"))
        .hasMessageContaining("6 bytes")
        .hasMessageNotContaining("c2VjcmV0");
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws Exception {
    AgentKeys keys = ensure(FEW, SEEDS);
    Files.setPosixFilePermissions(file("client"), PosixFilePermissions.fromString("rw-r-----"));
    assertProblem(Problem.OPEN_TO_OTHERS, () -> keys.key("client"));
  }

  @Test
  void aKeyThatIsMissingOrNotTheListedOneIsRefused() throws Exception {
    AgentKeys keys = ensure(FEW, SEEDS);
    Files.copy(file("worker-1"), file("client"), StandardCopyOption.REPLACE_EXISTING);
    assertProblem(Problem.NOT_TRUSTED, () -> keys.key("client"));
    Files.delete(file("worker-1"));
    assertProblem(Problem.UNREADABLE, () -> keys.key("worker-1"));
    assertProblem(Problem.NOT_TRUSTED, () -> keys.key("worker-9"));
  }

  @Test
  void aTrustFileElsewhereIsNeverWritten() throws Exception {
    Path elsewhere = data.resolve("operators-own.yaml");
    new TrustFile(List.of()).write(elsewhere);
    byte[] before = Files.readAllBytes(elsewhere);
    assertProblem(Problem.NOT_TRUSTED, () -> AgentKeys.ensure(data, elsewhere, FEW, SEEDS, ENGINE));
    assertThat(elsewhere).hasBinaryContent(before);
  }

  @Test
  void aNameIsGivenOnce() throws Exception {
    AgentKeys keys = ensure(FEW, SEEDS).withNew("mine", List.of("worker"), SEEDS);
    assertThat(keys.key("mine")).isNotNull();
    assertProblem(Problem.EXISTS, () -> keys.withNew("mine", List.of("worker"), SEEDS));
  }

  private KeyAccess external(String agent, String keyOf) {
    return new KeyAccess(
        ENGINE,
        KeyPassphrase.none(),
        false,
        null,
        new ExternalSigners(
            Map.of(agent, TestSigner.command(TestSigner.Manner.HONEST, keyOf)),
            ENGINE,
            SIGN_MILLIS_MAX,
            System::nanoTime));
  }

  @Test
  void anAgentForWhichAProgramSignsHasNoFile() throws Exception {
    Path trust = data.resolve(TrustFile.NAME);
    try (KeyAccess access = external("worker-1", "worker-1")) {
      AgentKeys keys = AgentKeys.ensure(data, trust, FEW, SEEDS, access);
      assertThat(file("worker-1")).doesNotExist();
      assertThat(keys.has("worker-1")).isTrue();
      assertThat(keys.key("worker-1").publicKey())
          .isEqualTo(TestSigner.key("worker-1").publicKey());
      assertThat(keys.key("client").mayBlock()).isFalse();
    }
    assertThat(AgentKeys.read(data, trust, ENGINE).has("worker-1")).isFalse();
  }

  @Test
  void aProgramWithAnotherKeyThanTheListedOneIsRefused() throws Exception {
    ensure(FEW, SEEDS);
    Path trust = data.resolve(TrustFile.NAME);
    try (KeyAccess access = external("worker-1", "worker-1")) {
      AgentKeys keys = AgentKeys.read(data, trust, access);
      assertProblem(Problem.NOT_TRUSTED, () -> keys.key("worker-1"));
    }
    try (KeyAccess access = external("worker-1", "worker-2")) {
      AgentKeys keys = AgentKeys.read(data, trust, access);
      assertProblem(Problem.UNREADABLE, () -> keys.key("worker-1"));
    }
  }
}
