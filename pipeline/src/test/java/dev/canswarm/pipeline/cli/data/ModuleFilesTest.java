package dev.canswarm.pipeline.cli.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RuleModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleFilesTest {
  private static final byte[] ONE = "one".getBytes(UTF_8);
  private static final byte[] OTHER = "other".getBytes(UTF_8);

  private final Path data;

  ModuleFilesTest(@TempDir Path data) {
    this.data = data;
  }

  private static RuleModule rule(byte[] content) {
    return new RuleModule("rule", Sha256.hex(content), EnumSet.of(Verb.COMMIT), 1_000, 2);
  }

  private Set<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("modules"))) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void aModuleIsFoundByTheNameOfItsFile() {
    ModuleFiles files = ModuleFiles.of(Map.of("rule.wasm", ONE, "unused.wasm", OTHER));
    assertThat(files.bytes(rule(ONE))).contains(ONE);
    assertThat(ModuleFiles.none().bytes(rule(ONE))).isEmpty();
  }

  @Test
  void whatIsKeptIsFoundByItsHashBeforeAFileOfThatNameWithOtherContent() throws Exception {
    ModuleFiles.of(Map.of("rule.wasm", ONE)).keep(data);
    assertThat(kept()).containsExactly(Sha256.hex(ONE) + ".wasm");
    ModuleFiles files = ModuleFiles.of(Map.of("rule.wasm", OTHER)).withKept(data);
    assertThat(files.bytes(rule(ONE))).contains(ONE);
    assertThat(files.bytes(rule(OTHER))).contains(OTHER);
  }

  @Test
  void aKeptFileWhoseContentWasChangedIsNotFoundByItsOldHash() throws Exception {
    ModuleFiles.of(Map.of("rule.wasm", ONE)).keep(data);
    Files.write(data.resolve("modules").resolve(Sha256.hex(ONE) + ".wasm"), OTHER);
    ModuleFiles files = ModuleFiles.none().withKept(data);
    assertThat(files.bytes(rule(ONE))).isEmpty();
    assertThat(files.bytes(rule(OTHER))).contains(OTHER);
  }

  @Test
  void otherFilesAreNotModules() throws Exception {
    Files.createDirectory(data.resolve("modules"));
    Files.write(data.resolve("modules").resolve("note.txt"), ONE);
    assertThat(ModuleFiles.none().withKept(data).bytes(rule(ONE))).isEmpty();
  }

  @Test
  void nothingIsMadeForAPolicyWithoutModules() throws Exception {
    ModuleFiles.none().keep(data);
    assertThat(data.resolve("modules")).doesNotExist();
    assertThat(ModuleFiles.none().withKept(data.resolve("missing")).bytes(rule(ONE))).isEmpty();
  }

  @Test
  void aDirectoryThatCannotBeWrittenSaysWhatToDo() throws Exception {
    Files.write(data.resolve("modules"), ONE);
    assertThatThrownBy(() -> ModuleFiles.of(Map.of("rule.wasm", ONE)).keep(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(data.resolve("modules").toString())
        .hasMessageContaining("make it writable");
  }

  @Test
  void modulesAreWrittenBesideAPolicy() throws Exception {
    ModuleFiles.of(Map.of("rule.wasm", ONE)).write(data);
    assertThat(data.resolve("rule.wasm")).hasBinaryContent(ONE);
    assertThatThrownBy(
            () -> ModuleFiles.of(Map.of("rule.wasm", ONE)).write(data.resolve("missing")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rule.wasm");
  }
}
