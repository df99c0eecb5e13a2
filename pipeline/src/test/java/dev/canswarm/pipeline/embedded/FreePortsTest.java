package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreePortsTest {

  @Test
  void everyServerGetsAPortOfItsOwn() throws Exception {
    Ports ports = FreePorts.choose(Ports.anyFree());
    assertThat(
            Set.of(
                ports.kafka(),
                ports.kafkaSasl(),
                ports.kafkaController(),
                ports.postgres(),
                ports.redis()))
        .hasSize(5)
        .doesNotContain(0);
  }

  @Test
  void aGivenPortIsKept() throws Exception {
    int free = FreePorts.any();
    assertThat(FreePorts.choose(new Ports(0, 0, 0, free, 0)).postgres()).isEqualTo(free);
  }

  @Test
  void aPortThatIsListenedOnIsRefusedByNameWithTheFlagToPass() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      EmbeddedStackException refused =
          catchThrowableOfType(
              EmbeddedStackException.class, () -> FreePorts.choose(new Ports(0, 0, 0, 0, port)));
      assertThat(refused.kind()).isEqualTo(Kind.PORT_TAKEN);
      assertThat(refused)
          .hasMessage(
              "port %d (redis) is taken; stop what listens there or pass --redis-port 0 for any"
                      .formatted(port)
                  + " free one");
    }
  }

  @Test
  void onePortForTwoServersIsRefused() throws Exception {
    int free = FreePorts.any();
    assertThatThrownBy(() -> FreePorts.choose(new Ports(free, 0, 0, free, 0)))
        .isInstanceOf(EmbeddedStackException.class)
        .hasMessageContaining("(postgres) is taken");
  }

  @Test
  void anInvalidPortIsRefused() {
    assertThatThrownBy(() -> new Ports(0, 0, 0, 65_536, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("postgres port");
  }
}
