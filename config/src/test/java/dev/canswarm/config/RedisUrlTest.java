package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisUrlTest {
  @ParameterizedTest
  @CsvSource({
    "redis://host:6379/2, redis://:p%40%20s@host:6379/2",
    "redis://gate@host, redis://gate:p%40%20s@host",
    "rediss://gate:old@host:1, rediss://gate:p%40%20s@host:1",
    "redis://:old@[::1]:1, redis://:p%40%20s@[::1]:1",
  })
  void putsThePasswordBesideTheUser(String url, String expected) {
    assertThat(RedisUrl.withPassword(new Secret(url), new Secret("p@ s")).reveal())
        .isEqualTo(expected);
  }
}
