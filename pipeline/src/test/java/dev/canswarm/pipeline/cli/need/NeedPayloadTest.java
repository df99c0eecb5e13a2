package dev.canswarm.pipeline.cli.need;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class NeedPayloadTest {
  private final Path directory;

  NeedPayloadTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private String payload(String... args) throws Exception {
    NeedCommand command = new NeedCommand(context());
    new CommandLine(command).parseArgs(args);
    byte[] bytes = CanonicalJson.write(NeedPayload.of(command, directory));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private CommandContext context() {
    return new CommandContext(
        new Console(System.out, System.err, false),
        new StopSignal(),
        Map.of(),
        directory,
        () -> 0L,
        new SecureRandom());
  }

  @Test
  void aTextBecomesTheInputOfAWordCount() throws Exception {
    assertThat(payload("to be"))
        .isEqualTo("{\"input\":{\"text\":\"to be\"},\"task_type\":\"text.wordcount\"}");
  }

  @Test
  void jsonIsTheInputItselfWhereTheTypeIsAboutJsonOrTheOptionSaysSo() throws Exception {
    assertThat(payload("--type", "json.canonicalize", "[2, 1]"))
        .isEqualTo("{\"input\":[2,1],\"task_type\":\"json.canonicalize\"}");
    assertThat(payload("--type", "mine", "--input-json", "{\"a\": 1}"))
        .isEqualTo("{\"input\":{\"a\":1},\"task_type\":\"mine\"}");
  }

  @Test
  void aFileAQuorumAndADeadlineCanBeGiven() throws Exception {
    Files.writeString(directory.resolve("in.txt"), "über\n");
    assertThat(payload("--file", "in.txt", "--k", "3", "--deadline-ms", "5"))
        .isEqualTo(
            "{\"deadline_ms\":5,\"input\":{\"text\":\"über\\n\"},\"k\":3,"
                + "\"task_type\":\"text.wordcount\"}");
  }

  @Test
  void aWholePayloadIsSentAsItIs() throws Exception {
    String tasks =
        "{\"tasks\":[{\"input\":{\"text\":\"x\"},\"name\":\"a\",\"task_type\":\"hash.sha256\"}]}";
    assertThat(payload("--payload", tasks)).isEqualTo(tasks);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x --file y",
        "--file missing",
        "--type json.canonicalize {1",
        "--payload {\"task_type\":\"t\",\"wrong\":1}",
        "--payload [] ",
        "x --k 0"
      })
  void whatMakesNoNeedIsBadUsage(String line) {
    String[] args = line.isEmpty() ? new String[0] : line.split(" ");
    assertThatThrownBy(() -> payload(args))
        .isInstanceOfSatisfying(
            CommandException.class,
            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE));
  }
}
