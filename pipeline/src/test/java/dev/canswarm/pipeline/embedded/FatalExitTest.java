package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FatalExitTest {
  private final List<String> happened = new ArrayList<>();

  @Test
  void theFirstLossIsReportedAndEndsTheProcessOnce() {
    FatalExit exit =
        new FatalExit(
            new StartListener() {
              @Override
              public void fatal(ServerKind server, String detail) {
                happened.add(server + ": " + detail);
              }
            },
            () -> happened.add("exit"));

    exit.report(ServerKind.REDIS, "gone");
    exit.report(ServerKind.KAFKA, "gone too");

    assertThat(happened).containsExactly("REDIS: gone", "exit");
  }

  @Test
  void aListenerThatFailsDoesNotKeepTheProcessAlive() {
    FatalExit exit =
        new FatalExit(
            new StartListener() {
              @Override
              public void fatal(ServerKind server, String detail) {
                throw new IllegalStateException(detail);
              }
            },
            () -> happened.add("exit"));

    assertThatThrownBy(() -> exit.report(ServerKind.REDIS, "gone"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(happened).containsExactly("exit");
  }
}
