package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStackIT {

  private final Path temp;

  EmbeddedStackIT(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void servesClientsAndKeepsTheirDataAcrossRestartsOnOtherPorts() throws Exception {
    Path data = temp.resolve("data");
    Set<ServerKind> ready = ConcurrentHashMap.newKeySet();
    StartListener listener =
        new StartListener() {
          @Override
          public void ready(ServerKind server, int port) {
            ready.add(server);
          }
        };
    try (EmbeddedStack stack = EmbeddedStack.start(data, Ports.anyFree(), listener)) {
      assertThat(ready).containsExactlyInAnyOrder(ServerKind.values());
      StackClients clients = new StackClients(stack);
      clients.writeEverywhere("before");
      assertThat(clients.readEverywhere()).containsExactly("before", "before", "before");
    }
    try (EmbeddedStack stack = EmbeddedStack.start(data, Ports.anyFree(), StartListener.none())) {
      assertThat(new StackClients(stack).readEverywhere())
          .containsExactly("before", "before", "before");
    }
  }

  @Test
  void closingTwiceIsFineAndLeavesNothingRunning() throws Exception {
    EmbeddedStack stack =
        EmbeddedStack.start(temp.resolve("data"), Ports.anyFree(), StartListener.none());
    ProcessHandle postgres = ProcessHandle.of(stack.postgres().pid()).orElseThrow();
    ProcessHandle redis = ProcessHandle.of(stack.redis().pid()).orElseThrow();
    stack.close();
    stack.close();
    assertThat(postgres.isAlive()).isFalse();
    assertThat(redis.isAlive()).isFalse();
    assertThat(stack.kafka().running()).isFalse();
    DataDirectory.open(temp.resolve("data")).close();
  }

  @Test
  void aTakenPortIsNamedBeforeAnythingStarts() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ports ports = new Ports(taken.getLocalPort(), 0, 0, 0, 0);
      Path data = temp.resolve("data");
      assertThatThrownBy(() -> EmbeddedStack.start(data, ports, StartListener.none()))
          .asInstanceOf(InstanceOfAssertFactories.type(EmbeddedStackException.class))
          .satisfies(
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.PORT_TAKEN);
                assertThat(e)
                    .hasMessageContaining(
                        "port %d (kafka) is taken".formatted(taken.getLocalPort()))
                    .hasMessageContaining("--kafka-port 0");
              });
      assertThat(data.resolve("postgres")).doesNotExist();
      DataDirectory.open(data).close();
    }
  }

  @Test
  void aDirectoryInUseIsRefusedAndTheFirstStackGoesOn() throws Exception {
    EmbeddedStack shared = SharedStack.get();
    assertThatThrownBy(
            () -> EmbeddedStack.start(shared.dataDir(), Ports.anyFree(), StartListener.none()))
        .asInstanceOf(InstanceOfAssertFactories.type(EmbeddedStackException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DIRECTORY_LOCKED));
    assertThat(shared.postgres().running()).isTrue();
  }
}
