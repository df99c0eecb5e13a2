package dev.canswarm.pipeline.cli.need;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.protocol.payload.Finalize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result is printed only as the bytes that its address names. */
class NeedFollowerTest {
  private final Path home;
  private final Invocation invocation;

  NeedFollowerTest(@TempDir Path home) {
    this.home = home;
    this.invocation = new Invocation(home, Map.of());
  }

  private Path file(String address) {
    return home.resolve("artifacts")
        .resolve(address.substring(0, 2))
        .resolve(address.substring(2, 4))
        .resolve(address);
  }

  private String stored(byte[] content) throws Exception {
    String address = Sha256.hex(content);
    Files.createDirectories(file(address).getParent());
    Files.write(file(address), content);
    return address;
  }

  private Map<String, Object> printed(String address) throws Exception {
    return NeedFollower.printed(
        invocation.context().console(),
        home,
        new Finalize.Result(new TaskId("task"), "text.echo", address));
  }

  @Test
  void textIsPrintedAndEndsWithALineEndAndNoSecondOne() throws Exception {
    assertThat(printed(stored("é\n".getBytes(UTF_8)))).containsEntry("text", "é\n");
    assertThat(printed(stored("b".getBytes(UTF_8))))
        .containsEntry("text", "b")
        .containsEntry("task_id", "task")
        .containsEntry("task_type", "text.echo")
        .doesNotContainKey("file");
    assertThat(invocation.out().lines()).containsExactly("é", "b");
    assertThat(invocation.err()).isEmpty();
  }

  @Test
  void ofBytesThatAreNoTextJsonHasTheFile() throws Exception {
    invocation.context().console().useJson();
    String address = stored(new byte[] {(byte) 0xff, 0});
    assertThat(printed(address))
        .containsEntry("file", file(address).toString())
        .containsEntry("artifact", address)
        .doesNotContainKey("text");
  }

  @Test
  void aFileWithAnotherContentIsNotPrinted() throws Exception {
    String address = stored("true".getBytes(UTF_8));
    Files.writeString(file(address), "false");
    assertThat(printed(address)).doesNotContainKeys("text", "file");
    assertThat(invocation.out()).isEmpty();
    assertThat(invocation.err()).contains("artifact " + file(address) + " is damaged");
  }

  @Test
  void anArtifactThatIsElsewhereIsNamed() throws Exception {
    String address = "a".repeat(64);
    assertThat(printed(address)).containsEntry("artifact", address).doesNotContainKey("text");
    assertThat(invocation.out()).isEmpty();
    assertThat(invocation.err()).contains("artifact " + address + " is not on this machine");
  }

  @Test
  void ofALargeArtifactOnlyTheFileIsPrinted() throws Exception {
    String shown = stored(new byte[1 << 20]);
    assertThat(printed(shown)).containsKey("text");
    String large = stored(new byte[(1 << 20) + 1]);
    int before = invocation.out().length();
    assertThat(printed(large)).doesNotContainKey("text");
    assertThat(invocation.out().substring(before).strip()).isEqualTo("artifact " + file(large));
  }
}
