package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Archive;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is read from the archive, and what is known without it. */
class ArchiveReaderTest {
  private static final TrustState GENESIS = ControlFixture.genesis(1);
  private static final ControlHistory HISTORY = ControlHistory.of(GENESIS);
  private static final TrustState EARLIER =
      TrustState.genesis(
          ControlFixture.SWARM,
          List.of(ControlFixture.listed("verifier-9", RoleName.VERIFIER)),
          1,
          ControlFixture.policy(3));
  private static final String TRUST = EARLIER.registry().hash();
  private static final String POLICY = EARLIER.policy().hash();

  private final Shelf archive = new Shelf();

  /** Notes which hashes are asked for. */
  private static final class Shelf implements Archive {
    private final Map<String, byte[]> files = new TreeMap<>();
    final List<String> asked = new ArrayList<>();

    @Override
    public Mono<Void> archive(String hash, String kind, byte[] bytes) {
      return Mono.fromRunnable(() -> files.put(hash, bytes));
    }

    @Override
    public Mono<byte[]> archived(String hash) {
      return Mono.defer(
          () -> {
            asked.add(hash);
            return Mono.justOrEmpty(files.get(hash));
          });
    }
  }

  private void archive(String hash, byte[] bytes) {
    archive.archive(hash, "file", bytes).block();
  }

  private static byte[] trust(TrustState state) {
    return CanonicalJson.write(state.registry().json());
  }

  private static byte[] policy(int k) {
    return CanonicalJson.write(ControlFixture.policyJson(k));
  }

  @Test
  void whatTheHistoryDoesNotHaveIsReadByItsHash() {
    archive(TRUST, trust(EARLIER));
    archive(POLICY, policy(3));
    StepVerifier.create(ArchiveReader.trust(archive, HISTORY, TRUST))
        .assertNext(
            state -> {
              assertThat(state.registry().hash()).isEqualTo(TRUST);
              assertThat(state.policy()).isEqualTo(GENESIS.policy());
            })
        .verifyComplete();
    StepVerifier.create(ArchiveReader.policy(archive, HISTORY, POLICY))
        .expectNext(EARLIER.policy())
        .verifyComplete();
    assertThat(archive.asked).containsExactly(TRUST, POLICY);
  }

  @Test
  void whatTheHistoryKnowsIsNotAskedFor() {
    String trust = GENESIS.registry().hash();
    String policy = GENESIS.policy().hash();
    archive(trust, trust(GENESIS));
    archive(policy, policy(2));
    StepVerifier.create(ArchiveReader.trust(archive, HISTORY, trust)).verifyComplete();
    StepVerifier.create(ArchiveReader.policy(archive, HISTORY, policy)).verifyComplete();
    ControlHistory loaded = HISTORY.withArchived(EARLIER).withArchived(EARLIER.policy());
    StepVerifier.create(ArchiveReader.trust(archive, loaded, TRUST)).verifyComplete();
    StepVerifier.create(ArchiveReader.policy(archive, loaded, POLICY)).verifyComplete();
    assertThat(archive.asked).isEmpty();
  }

  @Test
  void whatTheArchiveLacksOrHasExchangedIsNothing() {
    StepVerifier.create(ArchiveReader.trust(archive, HISTORY, TRUST)).verifyComplete();
    StepVerifier.create(ArchiveReader.policy(archive, HISTORY, POLICY)).verifyComplete();
    archive(TRUST, trust(GENESIS));
    archive(POLICY, policy(4));
    StepVerifier.create(ArchiveReader.trust(archive, HISTORY, TRUST)).verifyComplete();
    StepVerifier.create(ArchiveReader.policy(archive, HISTORY, POLICY)).verifyComplete();
  }

  @Test
  void anOutageOfTheArchiveIsNotTakenForAMissingFile() {
    var outage = new RetryableException("archive", new IOException("away"));
    Archive away =
        new Archive() {
          @Override
          public Mono<Void> archive(String hash, String kind, byte[] bytes) {
            return Mono.error(outage);
          }

          @Override
          public Mono<byte[]> archived(String hash) {
            return Mono.error(outage);
          }
        };
    StepVerifier.create(ArchiveReader.trust(away, HISTORY, TRUST))
        .verifyErrorSatisfies(e -> assertThat(e).isSameAs(outage));
    StepVerifier.create(ArchiveReader.policy(away, HISTORY, POLICY))
        .verifyErrorSatisfies(e -> assertThat(e).isSameAs(outage));
  }
}
