package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  /** Without the white space: an accidental change of the built-in policy changes its hash. */
  private static final String BUILT_IN =
      "{\"version\":1,\"kinds\":[\"ATTEST\",\"CANCEL\",\"CLAIM\",\"COMMIT\",\"DECIDE\",\"FINALIZE\",\"NEED\","
          + "\"PROPOSE\",\"RELEASE\",\"YIELD\"],\"payload_bytes_max\":262144,\"plan_tasks_max\":64,"
          + "\"parents_max\":2048,\"artifact\":{\"required_on_commit\":true,\"bytes_max\":67108864},"
          + "\"k\":2,\"k_max\":16,\"k_plan\":0,\"attempts_max\":3,\"plan_ms\":30000,"
          + "\"lease_ms\":30000,\"verify_ms\":10000,\"gate_ms\":2000,\"deadline_ms\":300000,"
          + "\"deadline_ms_max\":3600000,\"gas_per_evaluation\":100000}";

  private final Path directory;

  PolicyFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void withoutAFileTheBuiltInPolicyIsUsed() throws PolicyFileException {
    String policy = new String(PolicyFile.load(Optional.empty()), StandardCharsets.UTF_8);

    assertThat(policy.replaceAll("\\s", "")).isEqualTo(BUILT_IN);
  }

  @Test
  void aFileIsHandedOverByteForByte() throws Exception {
    byte[] bytes = {'{', 0, (byte) 0xff};
    Path file = Files.write(directory.resolve("p.json"), bytes);

    assertThat(PolicyFile.load(Optional.of(file))).isEqualTo(bytes);
  }

  @Test
  void aFileThatIsMissingOrTooLargeIsRefused() throws IOException {
    Path missing = directory.resolve("missing.json");
    Path large = Files.write(directory.resolve("l.json"), new byte[PolicyFile.FILE_BYTES_MAX + 1]);

    assertThatThrownBy(() -> PolicyFile.load(Optional.of(missing)))
        .isInstanceOf(PolicyFileException.class)
        .hasMessageContaining("no such file")
        .hasMessageContaining(missing.toString());
    assertThatThrownBy(() -> PolicyFile.load(Optional.of(large)))
        .isInstanceOf(PolicyFileException.class)
        .hasMessageContaining("more than 262144 bytes");
  }
}
