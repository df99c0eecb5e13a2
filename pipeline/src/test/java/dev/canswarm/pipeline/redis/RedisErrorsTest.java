package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.RetryableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class RedisErrorsTest {
  @Test
  void outagesAreRetryable() {
    assertThat(
            new Throwable[] {
              new RedisConnectionException("refused", new IOException("refused")),
              new RedisCommandTimeoutException("late"),
              new RedisException("Request queue size exceeded: 1"),
              new RedisLoadingException("LOADING the dataset"),
              new RedisCommandExecutionException("OOM command not allowed"),
              new RedisCommandExecutionException("MISCONF disk full"),
              new IOException("reset")
            })
        .allSatisfy(
            error ->
                assertThat(RedisErrors.translate("here", error))
                    .isInstanceOf(RetryableException.class)
                    .hasCause(error));
  }

  @Test
  void mistakesStayWhatTheyAre() {
    assertThat(
            new Throwable[] {
              new RedisCommandExecutionException("ERR Error compiling script"),
              new RedisCommandExecutionException("WRONGTYPE"),
              new RedisConnectionException(
                  "unable", new RedisCommandExecutionException("WRONGPASS invalid")),
              new IllegalArgumentException("bug")
            })
        .allSatisfy(error -> assertThat(RedisErrors.translate("here", error)).isSameAs(error));
  }
}
