package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.config.LogFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogSetupTest {
  private static final Logger LOG = LoggerFactory.getLogger("dev.canswarm.test");

  @TempDir Path directory;

  @AfterEach
  void restore() {
    LogSetup.apply(LogFormat.TEXT);
  }

  private List<String> logged() throws Exception {
    Path file = directory.resolve("log");
    try (LogSetup.Closeable closing = LogSetup.alsoTo(file)) {
      assertThat(closing).isNotNull();
      LOG.atWarn()
          .addKeyValue("need", "n1")
          .setCause(new IllegalStateException("why"))
          .log("said {}", "a\nb\u001b[31m");
    }
    return Files.readAllLines(file);
  }

  @Test
  void asJsonALineIsAnObjectWithItsPairsAndCause() throws Exception {
    LogSetup.apply(LogFormat.JSON);
    List<String> lines = logged();
    assertThat(lines).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines.get(0));
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("formattedMessage").asText()).isEqualTo("said a\nb\u001b[31m");
    assertThat(line.get("kvpList").get(0).get("need").asText()).isEqualTo("n1");
    assertThat(line.get("throwable").get("message").asText()).isEqualTo("why");
    assertThat(line.get("timestamp").isIntegralNumber()).isTrue();
  }

  @Test
  void asTextALineHasNothingThatATerminalWouldObey() throws Exception {
    LogSetup.apply(LogFormat.TEXT);
    assertThat(logged().get(0)).contains("WARN").endsWith("said a?b?[31m");
  }
}
