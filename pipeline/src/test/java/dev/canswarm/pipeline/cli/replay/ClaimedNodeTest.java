package dev.canswarm.pipeline.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.RetryableException;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.ChainPosition;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimedNodeTest {
  private final Path directory;

  ClaimedNodeTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private static PublicKey key(String node) {
    return TestKeys.key(node).publicKey();
  }

  private static byte[] checkpoint(String node) {
    return AuditFormat.checkpoint(ChainPosition.genesis(key(node)), 1, TestKeys.key(node));
  }

  private static byte[] record() {
    byte[] content = "a".getBytes(UTF_8);
    return AuditFormat.record(
        ChainPosition.genesis(key("node")),
        1,
        1,
        new AuditEvent(Direction.RAW_DELIVERED, "swarm.test", 0, 0, content, ""),
        AuditContent.of(content));
  }

  private Optional<PublicKey> claimed(byte[]... lines) throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      text.writeBytes(line);
      text.write('\n');
    }
    Files.write(directory.resolve("000000000001.jsonl"), text.toByteArray());
    return ClaimedNode.of(directory);
  }

  @Test
  void theFirstCheckpointNamesTheNode() throws Exception {
    assertThat(claimed(record(), record(), checkpoint("node"), checkpoint("other")))
        .contains(key("node"));
  }

  @Test
  void withoutACheckpointNobodyIsNamed() throws Exception {
    assertThat(claimed(record(), record())).isEmpty();
    assertThat(claimed()).isEmpty();
  }

  @Test
  void afterALineThatIsNoneOfALogNothingIsBelieved() throws Exception {
    for (String line : new String[] {"no json", "{\"dir\":1}", "[]"}) {
      assertThat(claimed(record(), line.getBytes(UTF_8), checkpoint("node"))).as(line).isEmpty();
    }
    byte[] endless = new byte[AuditFormat.LINE_BYTES_MAX + 1];
    Arrays.fill(endless, (byte) 'a');
    assertThat(claimed(endless, checkpoint("node"))).isEmpty();
  }

  @Test
  void aSegmentThatIsNotThereIsNoAnswer() {
    assertThatThrownBy(() -> ClaimedNode.of(directory))
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("000000000001.jsonl");
  }
}
