package dev.canswarm.pipeline.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditException.Problem;
import dev.canswarm.replay.audit.ChainPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log ends after its last checkpoint, no matter what a crash left behind it. */
class AuditRecoveryTest {
  private static final PublicKey NODE = AuditFixture.KEY.publicKey();

  private final AuditFixture audit;

  AuditRecoveryTest(@TempDir Path directory) {
    audit = new AuditFixture(directory);
  }

  @AfterEach
  void close() {
    audit.close();
  }

  private AuditRecovery recovery() {
    return new AuditRecovery(audit.directory, AuditFixture.ENGINE, NODE);
  }

  /** Writes batches of one record each. */
  private void write(int from, int count) {
    FileAuditLog log = audit.open();
    AuditFixture.append(log, from, count);
    log.close().block();
  }

  private Path newest() throws IOException {
    return audit.segments().get(audit.segments().size() - 1);
  }

  @Test
  void aMissingLogBeginsAtItsNodesGenesis() throws IOException {
    assertThat(recovery().recover())
        .isEqualTo(new AuditRecovery.Found(ChainPosition.genesis(NODE), 1));
  }

  @Test
  void aLogGoesOnAfterItsLastCheckpointInTheNextSegment() throws IOException {
    write(0, 3);
    AuditRecovery.Found found = recovery().recover();
    assertThat(found.position().n()).isEqualTo(3);
    assertThat(found.number()).isEqualTo(2);
    assertThat(recovery().recover()).as("and stays there").isEqualTo(found);
  }

  @Test
  void bytesAfterTheLastCheckpointAreCutOff() throws IOException {
    write(0, 3);
    AuditRecovery.Found sealed = recovery().recover();
    byte[] whole = Files.readAllBytes(newest());
    String text = new String(whole, UTF_8);
    String record = text.substring(0, text.indexOf('\n') + 1);
    Files.writeString(newest(), "{\"dir\":\"PUBL", StandardOpenOption.APPEND);
    assertThat(recovery().recover()).isEqualTo(sealed);
    assertThat(Files.readAllBytes(newest())).isEqualTo(whole);
    assertThat(record).startsWith("{\"dir\"");
  }

  @Test
  void aSegmentOfWhichNothingWasSealedGoes() throws IOException {
    write(0, 2);
    AuditRecovery.Found sealed = recovery().recover();
    Files.writeString(audit.directory.resolve(AuditSegments.name(2)), "{\"dir\":\"PUB");
    assertThat(recovery().recover()).isEqualTo(sealed);
    assertThat(audit.segments()).hasSize(1);
  }

  @Test
  void aLineThatTheNodeDidNotWriteIsAnError() throws IOException {
    write(0, 2);
    Files.writeString(
        newest(), Files.readString(newest(), UTF_8).replace("{\"i\":0}", "{\"i\":7}"), UTF_8);
    assertThatThrownBy(() -> recovery().recover()).isInstanceOf(AuditException.class);
  }

  @Test
  void anotherNodesLogIsAnError() {
    write(0, 2);
    PublicKey other = AuditFixture.ENGINE.signingKey(filled(9)).publicKey();
    assertThatThrownBy(
            () -> new AuditRecovery(audit.directory, AuditFixture.ENGINE, other).recover())
        .isInstanceOf(AuditException.class);
  }

  private static byte[] filled(int value) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) value);
    return seed;
  }

  @Test
  void theSegmentBeforeHasToEndWithItsCheckpoint() throws IOException {
    write(0, 2);
    write(2, 2);
    Path first = audit.segments().get(0);
    byte[] bytes = Files.readAllBytes(first);
    Files.write(first, Arrays.copyOf(bytes, bytes.length - 20));
    assertThatThrownBy(() -> recovery().recover())
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.problem()).isIn(Problem.MALFORMED, Problem.BAD_SIGNATURE));
  }
}
