package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateLoginTest {
  private static final Throwable REFUSAL =
      new IllegalStateException("ping", new IllegalArgumentException("WRONGPASS invalid"));

  @ParameterizedTest
  @CsvSource({
    "redis://user:secret@redis.example:6390/2, redis.example:6390",
    "rediss://:secret@redis.example, redis.example:6379",
    "redis://[::1], [::1]:6379"
  })
  void theMessageHasTheServerAndItsWordsButNotTheLogin(String uri, String server) {
    IllegalStateException refused = GateLogin.refused(URI.create(uri), REFUSAL);
    assertThat(refused)
        .hasMessageContaining("Redis at " + server + " does not take the login")
        .hasMessageContaining("(WRONGPASS invalid)")
        .hasMessageContaining("redis.password")
        .hasMessageNotContaining("secret")
        .hasCause(REFUSAL);
  }

  @Test
  void aRefusalWithoutACauseIsItsOwnReason() {
    assertThat(GateLogin.refused(URI.create("redis://h:1"), new IllegalStateException("NOAUTH")))
        .hasMessageContaining("(NOAUTH)");
  }
}
