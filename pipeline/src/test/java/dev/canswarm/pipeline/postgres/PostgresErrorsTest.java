package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.RetryableException;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresErrorsTest {
  private static R2dbcException withState(String state) {
    return new R2dbcNonTransientException("reason", state, 0, (String) null) {
      private static final long serialVersionUID = 1L;
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08006", "40001", "40P01", "53300", "57014", "57P01", "57P03", "58030", "XX000", "25006"
      })
  void aStateThatMayPassIsRetryable(String state) {
    R2dbcException error = withState(state);
    assertThat(PostgresErrors.translate("here", error))
        .isInstanceOf(RetryableException.class)
        .hasCause(error)
        .hasMessageStartingWith("here: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"23505", "23514", "42601", "42P01", "22021", "28P01", "3D000", "25001"})
  void aMistakeStaysWhatItIs(String state) {
    R2dbcException error = withState(state);
    assertThat(PostgresErrors.translate("here", error)).isSameAs(error);
  }

  @Test
  void brokenConnectionsAndTimeoutsAreRetryable() {
    assertThat(
            new Throwable[] {
              new IOException("reset"),
              new ClosedChannelException(),
              new TimeoutException(),
              new R2dbcTimeoutException("late"),
              new R2dbcNonTransientResourceException("closed"),
              new IllegalStateException("wrapped", new IOException("reset"))
            })
        .allSatisfy(
            error ->
                assertThat(PostgresErrors.translate("here", error))
                    .isInstanceOf(RetryableException.class)
                    .hasCause(error));
  }

  @Test
  void otherExceptionsStayWhatTheyAre() {
    Throwable grammar = new R2dbcBadGrammarException("typo");
    Throwable violation = new R2dbcDataIntegrityViolationException("twice");
    Throwable bug = new IllegalArgumentException("bug");
    assertThat(PostgresErrors.translate("here", grammar)).isSameAs(grammar);
    assertThat(PostgresErrors.translate("here", violation)).isSameAs(violation);
    assertThat(PostgresErrors.translate("here", bug)).isSameAs(bug);
  }

  @Test
  void whatIsRetryableAlreadyIsNotWrappedAgain() {
    RetryableException error = new RetryableException("there", new IOException("reset"));
    assertThat(PostgresErrors.translate("here", error)).isSameAs(error);
  }

  @Test
  void onlyAnErrorOfTheServerLeavesTheConnectionUsable() {
    assertThat(PostgresErrors.leavesConnectionUsable(withState("23505"))).isTrue();
    assertThat(PostgresErrors.leavesConnectionUsable(new TimeoutException())).isFalse();
    assertThat(
            PostgresErrors.leavesConnectionUsable(
                new R2dbcNonTransientResourceException("gone", "57P01")))
        .isFalse();
  }
}
