package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedServerTest {
  private static final int FAILURES = 7;
  private static final int WAIT_SECONDS_MAX = 120;

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>(100);

  @Test
  void aServerWhoseRestartsFailForSecondsComesBackAllTheSame(@TempDir Path temp) throws Exception {
    AtomicInteger launches = new AtomicInteger();
    StartListener listener =
        new StartListener() {
          @Override
          public void ready(ServerKind server, int port) {
            heard.add("ready");
          }
        };
    SupervisedServer.Launcher launcher =
        () -> {
          int launch = launches.incrementAndGet();
          if (launch > 1 && launch <= 1 + FAILURES) {
            throw new EmbeddedStackException(Kind.SERVER_FAILED, "not yet");
          }
          return ChildServer.start(spec(temp));
        };
    try (SupervisedServer server =
        SupervisedServer.start(ServerKind.REDIS, 1, launcher, listener, heard::add)) {
      assertThat(heard.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("ready");
      ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
      assertThat(heard.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("ready");
      assertThat(server.running()).isTrue();
      assertThat(launches).hasValue(2 + FAILURES);
    }
  }

  private static ChildServer.Spec spec(Path temp) {
    return new ChildServer.Spec(
        ServerKind.REDIS,
        "TERM",
        List.of("/bin/sh", "-c", "echo up; exec sleep 600"),
        temp,
        temp.resolve("log"),
        new ChildServer.Readiness("up", 1, 10_000));
  }
}
