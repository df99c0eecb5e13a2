package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The compose file opens no more than the embedded servers do. */
class ComposeFileTest {
  private final String compose = Files.readString(Path.of("..", "docker-compose.yml"));

  ComposeFileTest() throws IOException {}

  @Test
  void theGatesUserOfRedisHasTheRulesOfTheEmbeddedOneAndTheDefaultUserIsOff() {
    assertThat(compose)
        .contains("user default off\n")
        .contains(
            "user "
                + RedisUser.GATE.user()
                + " on >$$(cat /run/secrets/redis-swarm) "
                + RedisUser.GATE.rules()
                + "\n");
  }

  @Test
  void thePipelineLogsInWithTheRolesOfTheEmbeddedServer() {
    assertThat(compose)
        .contains("SWARM_POSTGRES_URL: postgresql://" + PostgresRole.PIPELINE.user() + "@")
        .contains("SWARM_POSTGRES_OWNER_URL: postgresql://" + PostgresRole.OWNER.user() + "@");
  }

  @Test
  void passwordsAreInFilesAndNowhereElse() {
    assertThat(compose)
        .doesNotContainPattern("PASSWORD:")
        .doesNotContainPattern("//[^/@\\s]*:[^@\\s]+@");
  }
}
