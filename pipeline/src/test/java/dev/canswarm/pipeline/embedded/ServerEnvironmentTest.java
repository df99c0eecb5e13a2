package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerEnvironmentTest {
  @Test
  void aServerGetsNoneOfOurPasswords() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of("SWARM_KEYS_PASSPHRASE", "secret", "SWARM_REDIS_PASSWORD", "p", "PATH", "/bin"));
    ChildServer.dropSettings(environment);
    assertThat(environment).containsOnlyKeys("PATH");
  }
}
