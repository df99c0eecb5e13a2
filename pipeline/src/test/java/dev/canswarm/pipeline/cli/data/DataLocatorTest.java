package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.pipeline.cli.data.DataLocator.AmbiguousException;
import dev.canswarm.pipeline.embedded.DataDirectory;
import dev.canswarm.pipeline.embedded.Endpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLocatorTest {
  private static final StackFile STACK =
      new StackFile(
          new StackFile.Writer(42, Optional.of("127.0.0.1:4")),
          "can-swarm",
          new StackFile.Kafka(
              "127.0.0.1:1", KafkaEndpoint.open("127.0.0.1:4"), OptionalInt.empty()),
          "postgresql://postgres@127.0.0.1:2/postgres",
          "redis://127.0.0.1:3",
          true,
          8);

  private final Path directory;
  private final Path cwd;
  private final RunningRegistry registry;

  DataLocatorTest(@TempDir Path directory) throws Exception {
    this.directory = directory;
    cwd = Files.createDirectories(directory.resolve("cwd")).toRealPath();
    registry = new RunningRegistry(directory.resolve("state"));
  }

  private Located locate() throws Exception {
    return new DataLocator(registry).locate(Optional.empty(), cwd);
  }

  private DataDirectory running(Path path) throws Exception {
    DataDirectory data = DataDirectory.open(path);
    STACK.write(data.root());
    registry.add(data.root(), STACK.process().pid());
    return data;
  }

  @Test
  void withNothingAnywhereItIsTheUsualDirectory() throws Exception {
    Located located = locate();
    assertThat(located.dataDir()).isEqualTo(cwd.resolve(".swarm"));
    assertThat(located.running()).isEmpty();
  }

  @Test
  void aNamedDirectoryIsUsedEvenIfOthersRun() throws Exception {
    try (DataDirectory other = running(directory.resolve("other"))) {
      Located located = new DataLocator(registry).locate(Optional.of(Path.of("mine")), cwd);
      assertThat(located.dataDir()).isEqualTo(cwd.resolve("mine")).isNotEqualTo(other.root());
      assertThat(located.running()).isEmpty();
    }
  }

  @Test
  void theOneThatRunsHereComesFirst() throws Exception {
    try (DataDirectory other = running(directory.resolve("other"));
        DataDirectory here = running(cwd.resolve(".swarm"))) {
      assertThat(locate().dataDir()).isEqualTo(here.root()).isNotEqualTo(other.root());
      assertThat(locate().running())
          .contains(new Endpoints("127.0.0.1:1", "127.0.0.1", 2, "127.0.0.1", 3));
      assertThat(locate().remark()).isEmpty();
    }
  }

  @Test
  void theOnlyOneThatRunsElsewhereIsFoundAndSaid() throws Exception {
    DataDirectory.open(cwd.resolve(".swarm")).close();
    try (DataDirectory other = running(directory.resolve("other"))) {
      assertThat(locate().dataDir()).isEqualTo(other.root());
      assertThat(locate().stack()).contains(STACK);
      assertThat(locate().remark())
          .hasValueSatisfying(remark -> assertThat(remark).contains("other"));
    }
  }

  @Test
  void amongSeveralNoneIsGuessed() throws Exception {
    try (DataDirectory a = running(directory.resolve("a"));
        DataDirectory b = running(directory.resolve("b"))) {
      assertThatThrownBy(this::locate)
          .isInstanceOf(AmbiguousException.class)
          .hasMessageContaining(a.root().toString())
          .hasMessageContaining(b.root().toString());
    }
  }

  @Test
  void oneThatDiedCountsAsUsedLastAndNotAsRunning() throws Exception {
    DataDirectory died = running(directory.resolve("died"));
    died.close();
    assertThat(registry.runningNow()).isEmpty();
    assertThat(locate().dataDir()).isEqualTo(died.root());
    assertThat(locate().running()).isEmpty();
    assertThat(locate().remark()).isPresent();
  }

  @Test
  void aDirectoryHereBeatsTheOneUsedLast() throws Exception {
    running(directory.resolve("died")).close();
    DataDirectory.open(cwd.resolve(".swarm")).close();
    assertThat(locate().dataDir()).isEqualTo(cwd.resolve(".swarm"));
  }

  @Test
  void anEntryThatIsDamagedIsPassedOver() throws Exception {
    Files.createDirectories(directory.resolve("state/running"));
    Files.writeString(directory.resolve("state/running/x.json"), "{\"data\": 3");
    assertThat(registry.runningNow()).isEmpty();
  }

  @Test
  void whatStoppedIsNoLongerListed() throws Exception {
    try (DataDirectory data = running(directory.resolve("a"))) {
      assertThat(registry.runningNow()).containsExactly(data.root());
      registry.remove(data.root());
      assertThat(registry.runningNow()).isEmpty();
    }
  }
}
