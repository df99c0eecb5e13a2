package dev.canswarm.pipeline.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {
  private final Path data;
  private final Path own;

  NodeIdentityTest(@TempDir Path directory) throws Exception {
    data = directory.resolve("data");
    own = Files.createDirectory(directory.resolve("own"));
    Files.createDirectories(data.resolve("keys"));
  }

  @Test
  void everyProcessHasAKeyAndALogOfItsOwn() throws Exception {
    try (NodeIdentity owner = NodeIdentity.owner(data);
        NodeIdentity guest = NodeIdentity.guest(data);
        NodeIdentity other = NodeIdentity.guest(data)) {
      assertThat(owner.name()).isEqualTo("node-1");
      assertThat(owner.auditDirectory()).isEqualTo(data.resolve("audit"));
      assertThat(guest.name()).isEqualTo("node-2");
      assertThat(guest.auditDirectory()).isEqualTo(data.resolve("audit/node-2"));
      assertThat(other.name()).isEqualTo("node-3");
    }
  }

  @Test
  void aKeyIsFreeAgainWhenItsProcessIsThrough() throws Exception {
    NodeIdentity.guest(data).close();
    try (NodeIdentity next = NodeIdentity.guest(data)) {
      assertThat(next.name()).isEqualTo("node-2");
    }
  }

  @Test
  void whoJoinsKeepsItsKeyAcrossStarts() throws Exception {
    try (NodeIdentity guest = NodeIdentity.guest(data);
        NodeIdentity joiner = NodeIdentity.joiner(data, own)) {
      assertThat(guest.name()).isEqualTo("node-2");
      assertThat(joiner.name()).isEqualTo("node-3");
      assertThat(joiner.auditDirectory()).isEqualTo(own.resolve("audit"));
    }
    try (NodeIdentity again = NodeIdentity.joiner(data, own)) {
      assertThat(again.name()).isEqualTo("node-3");
    }
  }

  @Test
  void aKeyInUseIsNotShared() throws Exception {
    NodeIdentity.joiner(data, own).close();
    try (NodeIdentity guest = NodeIdentity.guest(data)) {
      assertThat(guest.name()).isEqualTo("node-2");
      assertThatThrownBy(() -> NodeIdentity.joiner(data, own))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("node-2");
    }
  }

  @Test
  void thereAreOnlySoManyAtOnce() throws Exception {
    List<NodeIdentity> taken = new ArrayList<>();
    try {
      for (int number = 2; number <= AgentNames.NODES_MAX; number++) {
        taken.add(NodeIdentity.guest(data));
      }
      assertThatThrownBy(() -> NodeIdentity.guest(data)).isInstanceOf(DataException.class);
    } finally {
      for (NodeIdentity identity : taken) {
        identity.close();
      }
    }
  }
}
