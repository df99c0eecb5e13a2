package dev.canswarm.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTrailTest {
  private Path directory = Path.of("");
  private AuditTrail trail = new AuditTrail(directory);

  @BeforeEach
  void newLog(@TempDir Path parent) {
    directory = parent.resolve("audit");
    trail = new AuditTrail(directory);
  }

  private static String line(String thread) {
    return "{\"seq\":1,\"envelope\":{\"thread_id\":\"" + thread + "\"}}\n";
  }

  private void append(String segment, String text) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve(segment),
        text,
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  @Test
  void aProcessThatHasNoLogYetHasReceivedNothing() {
    assertThat(trail.taken()).isEmpty();
    assertThat(trail.everTaken()).isZero();
  }

  @Test
  void onlyThreadsOfTheRunCountEachOnceOverAllSegments() throws Exception {
    append("1.jsonl", line("chaos-1") + line("chaos-1") + line("chaos-x") + line("other-2"));
    append("2.jsonl", line("chaos-3"));
    append("2.checkpoint", line("chaos-4"));
    assertThat(trail.taken()).isEqualTo(Set.of("chaos-1", "chaos-3"));
  }

  @Test
  void aLineThatIsReadWhileItIsWrittenIsNotMissed() throws Exception {
    String second = line("chaos-25");
    int middle = second.indexOf("25") + 1;
    append("1.jsonl", line("chaos-1") + second.substring(0, middle));
    assertThat(trail.taken()).containsExactly("chaos-1");
    append("1.jsonl", second.substring(middle));
    assertThat(trail.taken()).isEqualTo(Set.of("chaos-1", "chaos-25"));
  }

  @Test
  void aLineThatAKillLeftIncompleteIsReplacedByTheNextStart() throws Exception {
    append("1.jsonl", line("chaos-1") + "{\"seq\":2,\"envelope\":{\"thread_id\":\"chaos-2\"");
    trail.taken();
    Files.writeString(directory.resolve("1.jsonl"), line("chaos-1"));
    append("1.jsonl", line("chaos-30") + line("chaos-31"));
    trail.restart();
    append("1.jsonl", line("chaos-4"));
    assertThat(trail.taken()).containsExactly("chaos-4");
    assertThat(trail.everTaken()).as("chaos-1, -30, -31 and -4").isEqualTo(4);
  }

  @Test
  void aRestartForgetsWhatEarlierRunsReceivedButStillCountsIt() throws Exception {
    append("1.jsonl", line("chaos-1"));
    trail.restart();
    append("1.jsonl", line("chaos-2"));
    assertThat(trail.taken()).containsExactly("chaos-2");
    assertThat(trail.everTaken()).isEqualTo(2);
  }
}
