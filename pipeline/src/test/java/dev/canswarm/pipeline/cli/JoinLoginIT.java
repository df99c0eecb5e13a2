package dev.canswarm.pipeline.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that joins logs in with what it finds in the data directory, and with nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JoinLoginIT {
  private static final int TERMINATED = 143;

  private final Path home;
  private final Path data;
  private final UpProcess up;

  JoinLoginIT(@TempDir Path home) throws Exception {
    this.home = home;
    this.data = home.resolve("data");
    up = UpProcess.start(home, Map.of());
  }

  @AfterAll
  void stop() throws Exception {
    up.stop();
  }

  @Test
  void aProcessThatJoinsFindsItsLoginsInTheDataDirectory() throws Exception {
    UpProcess joined = UpProcess.join(home, "joined", Map.of());
    try {
      assertThat(joined.ready()).startsWith("ready kafka=" + up.kafkaAddress() + " ");
    } finally {
      joined.stop();
    }
    assertThat(joined.process().exitValue()).isEqualTo(TERMINATED);
  }

  @ParameterizedTest
  @CsvSource({
    "Kafka, '(password=.\")[^\"\\\\]*'",
    "PostgreSQL, '(swarm_pipeline:)[^@]*'",
    "Redis, '(swarm:)[^@]*'"
  })
  void aWrongPasswordIsRefusedInOneLineThatNamesTheServer(String server, String password)
      throws Exception {
    Path copy = home.resolve("of-" + server);
    copyTo(copy);
    Path endpoints = copy.resolve("endpoints.json");
    String told = Files.readString(endpoints);
    Files.writeString(endpoints, told.replaceAll(password, "$1wrong"));
    assertThat(Files.readString(endpoints)).isNotEqualTo(told);

    Invocation join =
        Invocation.of(
            home,
            "up",
            "--join",
            copy.toString(),
            "--data",
            home.resolve("by-" + server).toString());

    assertThat(join.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    List<String> lines = join.err().lines().toList();
    assertThat(lines.get(lines.size() - 1)).contains(server, "password").doesNotContain("\tat ");
  }

  private void copyTo(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(data, 2)) {
      for (Path file : files.toList()) {
        String name = data.relativize(file).toString();
        if (name.isEmpty() || name.startsWith("keys") || isOfStack(name)) {
          Files.copy(file, copy.resolve(name), COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static boolean isOfStack(String name) {
    return List.of("endpoints.json", "policy.json", "trust.yaml", "FORMAT").contains(name);
  }
}
