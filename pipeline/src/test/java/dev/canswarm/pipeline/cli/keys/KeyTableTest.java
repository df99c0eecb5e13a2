package dev.canswarm.pipeline.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyFiles;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.data.SeedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents of the trust file come first, files that belong to none of them after it. */
class KeyTableTest {
  private static final String ABSENT = TestKeys.key("absent").publicKey().base64();

  private final Path data;
  private final KeyAccess access = KeyAccess.plain(Engines.portable());
  private final KeyRotation keys;
  private final Invocation invocation;
  private final PublicKey listed;

  KeyTableTest(@TempDir Path data) throws Exception {
    this.data = data;
    this.keys = new KeyRotation(data, access);
    this.invocation = new Invocation(data, Map.of());
    this.listed = keys.prepare("z", known -> false, SeedSource.derived(1)).publicKey();
    keys.prepare("a-stranger", known -> false, SeedSource.derived(1));
    new TrustFile(
            List.of(
                TrustFile.Entry.always("absent", ABSENT, List.of("client")),
                TrustFile.Entry.always("z", listed.base64(), List.of("worker", "verifier"))))
        .write(data.resolve(TrustFile.NAME));
  }

  private KeyTable table() throws Exception {
    return new KeyTable(invocation.context().console(), trusted(), new KeyFiles(data, access));
  }

  private AgentKeys trusted() throws Exception {
    return AgentKeys.read(data, data.resolve(TrustFile.NAME), access);
  }

  @Test
  void aLineHasTheRolesThePublicKeyAndHowThePrivateOneIsKept() throws Exception {
    table().list(trusted().trust().entries());
    String key = listed.base64();
    assertThat(invocation.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "absent client " + ABSENT + " absent",
            "z worker,verifier " + key + " plain rw-------",
            "a-stranger - - plain rw-------");
  }

  @Test
  void columnsAreAlignedByTheLongestName() throws Exception {
    table().list(trusted().trust().entries());
    assertThat(invocation.out().lines())
        .allMatch(line -> line.length() > 12 && line.charAt(11) == ' ' && line.charAt(12) != ' ');
  }

  @Test
  void ofAFileThatIsRefusedTheReasonIsSaid() throws Exception {
    Files.writeString(keys.newest("z"), "{\"damaged\":");
    table().show("z");
    assertThat(invocation.out().lines())
        .contains("name        z", "roles       worker,verifier")
        .anyMatch(line -> line.startsWith("form        refused: ") && line.contains("z.key"))
        .contains("file        " + keys.newest("z") + "  rw-------");
  }

  @Test
  void anAgentWithoutAFileHasNoLineForIt() throws Exception {
    table().show("absent");
    assertThat(invocation.out().lines())
        .contains("form        absent")
        .noneMatch(line -> line.startsWith("file"));
  }

  @Test
  void anAgentIsKnownByTheTrustFileOrByItsFile() throws Exception {
    assertThat(table().has("absent")).isTrue();
    assertThat(table().has("a-stranger")).isTrue();
    assertThat(table().has("nobody")).isFalse();
  }
}
