package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an earlier process left running on these data is stopped, and nothing else. */
@Timeout(60)
class OrphansTest {
  private final Path data;
  private final Path postgres;
  private final Path redis;

  OrphansTest(@TempDir Path data) {
    this.data = data;
    this.postgres = data.resolve(PostgresServer.DIRECTORY).resolve("data");
    this.redis = data.resolve(RedisServer.DIRECTORY);
  }

  private @Nullable Process left;

  @BeforeEach
  void directories() throws IOException {
    Files.createDirectories(postgres);
    Files.createDirectories(redis.resolve("data"));
  }

  @AfterEach
  void end() throws InterruptedException {
    if (left != null) {
      left.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** A process whose command line names that directory, and that waits for its end. */
  private Process start(Path named) throws IOException {
    // What is executed in place of the shell keeps only its own words, so the shell stays.
    Process process =
        new ProcessBuilder("sh", "-c", "read line", "server", named.toString(), "x").start();
    left = process;
    return process;
  }

  private static void writePid(Path file, long pid) throws IOException {
    Files.writeString(file, pid + "\nmore lines\n");
  }

  @Test
  void withoutPidFilesNothingIsDone() {
    Orphans.stopAll(data);
    assertThat(postgres).exists();
  }

  @Test
  void aServerOfTheseDataIsStopped() throws Exception {
    Process redisLike = start(redis.resolve("data"));
    writePid(redis.resolve(RedisServer.PID_FILE), redisLike.pid());
    Orphans.stopAll(data);
    assertThat(redisLike.isAlive()).isFalse();
  }

  @Test
  void aPostgresOfTheseDataIsInterrupted() throws Exception {
    Process postgresLike = start(postgres);
    writePid(postgres.resolve("postmaster.pid"), postgresLike.pid());
    Orphans.stopAll(data);
    assertThat(postgresLike.isAlive()).isFalse();
  }

  @Test
  void aProcessThatGotTheSameNumberIsLeftAloneAndTheFileGoes() throws Exception {
    Process stranger = start(data.resolve("elsewhere"));
    Path pidFile = postgres.resolve("postmaster.pid");
    writePid(pidFile, stranger.pid());
    writePid(redis.resolve(RedisServer.PID_FILE), stranger.pid());
    Orphans.stopAll(data);
    assertThat(stranger.isAlive()).isTrue();
    assertThat(pidFile).doesNotExist();
  }

  @Test
  void aPidFileThatSaysNothingIsPassedOver() throws IOException {
    Files.writeString(postgres.resolve("postmaster.pid"), "no number\n");
    Files.writeString(redis.resolve(RedisServer.PID_FILE), "");
    Orphans.stopAll(data);
    assertThat(postgres.resolve("postmaster.pid")).exists();
  }
}
