package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root runs PostgreSQL in both possible ways on the same data. */
class PostgresUserIT {

  private final Path temp;

  PostgresUserIT(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void rootMayChangeTheWayBetweenTwoStartsOnTheSameData() throws Exception {
    assumeThat(PostgresUser.candidates()).contains(PostgresUser.NAMESPACE);
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    // The unprivileged user must reach the binaries, and root's own cache may be out of its reach.
    StackSettings settings = StackSettings.defaults().withBinaryCache(Optional.empty());
    try (DataDirectory directory = DataDirectory.open(temp.resolve("data"))) {
      Path logs = Files.createDirectories(directory.resolve("log"));
      for (PostgresUser user :
          List.of(PostgresUser.STEP_DOWN, PostgresUser.NAMESPACE, PostgresUser.STEP_DOWN)) {
        assumeThat(Commands.succeeds(user.command(List.of("true")))).isTrue();
        PostgresServer server =
            PostgresServer.prepare(directory, logs, settings, List.of(user), StartListener.none());
        ChildServer running = server.launch(FreePorts.any());
        assertThat(running.alive()).as("as %s", user).isTrue();
        running.stop();
        assertThat(running.alive()).isFalse();
      }
    }
  }

  @Test
  void aDirectoryThatTheUnprivilegedUserCannotReachIsAClearError() throws Exception {
    assumeThat(PostgresUser.candidates()).contains(PostgresUser.STEP_DOWN);
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwx------"));
    try (DataDirectory directory = DataDirectory.open(temp.resolve("data"))) {
      Path logs = Files.createDirectories(directory.resolve("log"));
      EmbeddedStackException refused =
          catchThrowableOfType(
              EmbeddedStackException.class,
              () ->
                  PostgresServer.prepare(
                      directory,
                      logs,
                      StackSettings.defaults(),
                      List.of(PostgresUser.STEP_DOWN),
                      StartListener.none()));
      assertThat(refused.kind()).isEqualTo(Kind.UNSUPPORTED_PLATFORM);
      assertThat(refused).hasMessageContaining("pass a --data");
    }
  }
}
