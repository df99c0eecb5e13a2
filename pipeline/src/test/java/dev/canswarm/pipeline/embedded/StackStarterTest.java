package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures before a server runs. A server whose directory is a file cannot be prepared. */
class StackStarterTest {
  private final DataDirectory directory;
  private final StackStarter starter;

  StackStarterTest(@TempDir Path parent) throws Exception {
    this.directory = DataDirectory.open(parent.resolve("data"));
    StartListener listener = new StartListener() {};
    this.starter =
        new StackStarter(
            directory,
            Ports.anyFree(),
            StackSettings.defaults(),
            listener,
            FatalExit.ofJvm(listener));
  }

  @AfterEach
  void release() {
    directory.close();
  }

  private void spoil(String... names) throws Exception {
    for (String name : names) {
      Files.writeString(directory.resolve(name), "a file");
    }
  }

  private static AbstractThrowableAssert<?, ?> assertThatItCannotWrite(ThrowingCallable start) {
    return assertThatThrownBy(start)
        .isInstanceOfSatisfying(
            EmbeddedStackException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_WRITABLE));
  }

  @Test
  void everyServerThatFailsIsReportedKafkaFirst() throws Exception {
    spoil(KafkaBroker.DIRECTORY, PostgresServer.DIRECTORY, RedisServer.DIRECTORY);
    assertThatItCannotWrite(() -> starter.start(false))
        .hasMessageContaining(directory.resolve(KafkaBroker.DIRECTORY).toString())
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .satisfiesExactly(
                        redis -> assertThat(redis).startsWith("cannot prepare Redis in "),
                        other -> assertThat(other).startsWith("cannot prepare PostgreSQL in ")));
  }

  @Test
  void ofSelectedServersTheFirstThatFailsIsReportedAndNoOtherIsTouched() throws Exception {
    spoil(PostgresServer.DIRECTORY, RedisServer.DIRECTORY);
    assertThatItCannotWrite(() -> starter.startOnly(EnumSet.of(ServerKind.REDIS)))
        .hasMessageStartingWith("cannot prepare Redis in ");
    assertThatItCannotWrite(() -> starter.startOnly(EnumSet.allOf(ServerKind.class)))
        .hasMessageStartingWith("cannot prepare PostgreSQL in ");
    assertThat(directory.resolve(KafkaBroker.DIRECTORY)).doesNotExist();
  }

  @Test
  void logsThatCannotBeWrittenAreNamedWithARemedy() throws Exception {
    spoil("log");
    assertThatItCannotWrite(() -> starter.startOnly(Set.of()))
        .hasMessageStartingWith("cannot write " + directory.resolve("log"))
        .hasMessageEndingWith("pass another --data");
  }
}
