package dev.canswarm.pipeline.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.ExecCommand;
import dev.canswarm.config.VerifyMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskProgramsTest {
  @TempDir Path programs;

  private static ExecCommand command(String program, List<String> check) {
    return new ExecCommand(
        List.of(program, "--fast"),
        1_000,
        1_000,
        check.isEmpty() ? VerifyMode.REDERIVE : VerifyMode.CHECK,
        check);
  }

  private List<String> problems(ExecCommand command) {
    return TaskPrograms.problems(Map.of("count", command), programs.toString());
  }

  @BeforeEach
  void aProgram() throws Exception {
    Path tool = Files.writeString(programs.resolve("tool"), "#!/bin/sh\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    Files.writeString(programs.resolve("text"), "no program");
  }

  @Test
  void aProgramOnThePathOrByItsOwnPathIsFound() {
    assertThat(problems(command("tool", List.of()))).isEmpty();
    assertThat(problems(command(programs.resolve("tool").toString(), List.of("tool")))).isEmpty();
  }

  @Test
  void whatCannotBeRunIsNamedWithItsSetting() {
    String text = programs.resolve("text").toString();
    assertThat(problems(command("missing", List.of(text, "x"))))
        .containsExactly(
            "tasks.exec.count.command: expected a program that can be run, got \"missing\", which is not on PATH",
            "tasks.exec.count.check-command: expected a program that can be run, got \""
                + text
                + "\", which is none");
  }
}
