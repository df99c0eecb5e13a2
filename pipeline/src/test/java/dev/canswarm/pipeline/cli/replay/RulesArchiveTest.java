package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.replay.RulesBook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The rules that a log names are found where they were archived, and only the right ones. */
class RulesArchiveTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final PublicKey KEY = Engines.portable().signingKey(new byte[32]).publicKey();

  private final MemorySlotStore store = new MemorySlotStore(() -> 0);
  private final byte[] given = policy();
  private final byte[] other = otherPolicy();

  private static byte[] policy() {
    try {
      return PolicyFile.load(Optional.empty());
    } catch (ConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] otherPolicy() {
    String text = new String(given, StandardCharsets.UTF_8);
    String changed = text.replaceFirst("\"plan_ms\": ?[0-9]+", "\"plan_ms\":12345");
    assertThat(changed).isNotEqualTo(text);
    return changed.getBytes(StandardCharsets.UTF_8);
  }

  private RulesBook book(Set<String> named) {
    ReplayInput input =
        new ReplayInput(
                "can-swarm",
                List.of(),
                given,
                new TrustFile(
                    List.of(TrustFile.Entry.always("a", KEY.base64(), List.of("worker")))),
                Instant.EPOCH)
            .withEngine(Engines.portable());
    return RulesArchive.book(
        input, ControlHistory.of(input.genesis()), named, Optional.of(store), TIMEOUT);
  }

  private static TrustRegistry trust() {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    roles.put(KEY, EnumSet.of(RoleName.VERIFIER));
    return TrustRegistry.of(roles);
  }

  private void archive(String hash, byte[] bytes) {
    store.archive(hash, "rules", bytes).block();
  }

  @Test
  void theGivenRulesAreInTheBookWithoutAnyStore() {
    RulesBook book = book(Set.of());
    assertThat(book.policies())
        .extracting(Policy::hash)
        .containsExactly(Policy.parse(given).hash());
    assertThat(book.trusts().get(0).holds(KEY, RoleName.WORKER)).isTrue();
  }

  @Test
  void aNamedPolicyAndTrustFileAreTakenFromTheStore() {
    String policyHash = Policy.parse(other).hash();
    archive(policyHash, other);
    archive(trust().hash(), CanonicalJson.write(trust().json()));
    RulesBook book = book(Set.of(policyHash, trust().hash()));
    assertThat(book.policies()).extracting(Policy::hash).contains(policyHash);
    assertThat(book.trusts()).extracting(TrustRegistry::hash).contains(trust().hash());
  }

  @Test
  void modulesOfAPolicyAreTakenFromTheStore() {
    byte[] module = Resources.bytes(PolicyFile.class, "rules/short.wasm");
    String rule =
        """
        {"rules":[{"name":"short","sha256":"%s","verbs":["COMMIT"],"gas_max":20000,
                   "memory_pages_max":2}],\
        """
            .formatted(Sha256.hex(module));
    byte[] ruled =
        new String(given, StandardCharsets.UTF_8)
            .replaceFirst("\\{", rule)
            .getBytes(StandardCharsets.UTF_8);
    String hash = Policy.parse(ruled).hash();
    archive(hash, ruled);
    assertThat(book(Set.of(hash)).own()).doesNotContainKey(hash);
    archive(Sha256.hex(module), module);
    assertThat(book(Set.of(hash)).own())
        .hasEntrySatisfying(hash, own -> assertThat(own.judge(Verb.COMMIT)).isTrue());
  }

  @Test
  void whatIsArchivedUnderAnotherHashIsNotTaken() {
    String wrong = "0".repeat(64);
    archive(wrong, other);
    RulesBook book = book(Set.of(wrong));
    assertThat(book.policies()).hasSize(1);
    archive("1".repeat(64), CanonicalJson.write(trust().json()));
    assertThat(book(Set.of("1".repeat(64))).trusts())
        .extracting(TrustRegistry::hash)
        .doesNotContain(trust().hash());
  }

  @Test
  void whatIsNeitherIsPassedOver() {
    for (String junk : new String[] {"", "no json", "[]", "{\"a\":1}"}) {
      String hash = "2".repeat(64);
      archive(hash, junk.getBytes(StandardCharsets.UTF_8));
      assertThat(book(Set.of(hash)).policies()).hasSize(1);
    }
  }

  @Test
  void anUnknownHashIsMissingFromTheBook() {
    assertThat(book(Set.of("3".repeat(64))).policies()).hasSize(1);
  }

  @Test
  void anInvalidPolicyFails() {
    ReplayInput input =
        new ReplayInput(
                "can-swarm",
                List.of(),
                "{}".getBytes(StandardCharsets.UTF_8),
                new TrustFile(List.of()),
                Instant.EPOCH)
            .withEngine(Engines.portable());
    assertThatThrownBy(
            () ->
                RulesArchive.book(
                    input,
                    ControlHistory.of(input.genesis()),
                    Set.of(),
                    Optional.of(store),
                    TIMEOUT))
        .isInstanceOf(ShapeException.class);
  }
}
