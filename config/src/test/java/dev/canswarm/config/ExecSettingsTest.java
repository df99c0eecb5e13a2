package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecSettingsTest {
  private final Path directory;

  ExecSettingsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void aCommandHasDefaultsForAllButItself() throws Exception {
    ExecCommand command = command("tasks: {exec: {wc: {command: wc  -w}}}", Map.of());

    assertThat(command)
        .isEqualTo(
            new ExecCommand(
                List.of("wc", "-w"), 10_000, 1_048_576, VerifyMode.REDERIVE, List.of()));
  }

  @Test
  void aListIsTakenItemByItemAndTextIsSplitAtWhiteSpace() throws Exception {
    ExecCommand command =
        command(
            """
            tasks.exec.wc:
              command: [sh, -c, "wc -w, 'x' \\"y\\""]
              verify: check
              check-command: "  check 'a b' "
              timeout-ms: 1
              output-bytes-max: 2
            """,
            Map.of());

    assertThat(command)
        .isEqualTo(
            new ExecCommand(
                List.of("sh", "-c", "wc -w, 'x' \"y\""),
                1,
                2,
                VerifyMode.CHECK,
                List.of("check", "'a", "b'")));
  }

  @Test
  void aProgramNamedByARelativePathIsFoundFromTheWorkingDirectory() throws Exception {
    ExecCommand command =
        command(
            """
            tasks.exec.wc:
              command: [./tools/../mytool.sh, ./data]
              verify: check
              check-command: [tools/check, -x]
            """,
            Map.of());

    assertThat(command.command()).containsExactly(directory.resolve("mytool.sh") + "", "./data");
    assertThat(command.checkCommand()).containsExactly(directory.resolve("tools/check") + "", "-x");
  }

  @Test
  void aProgramWithoutAPathIsLookedForOnPathAndAnAbsoluteOneStays() throws Exception {
    assertThat(command("tasks.exec.wc.command: [wc, ./x]", Map.of()).command())
        .containsExactly("wc", "./x");
    assertThat(command("tasks.exec.wc.command: [/bin/wc]", Map.of()).command())
        .containsExactly("/bin/wc");
  }

  @Test
  void aVariableCanHoldAListToo() throws Exception {
    Map<String, String> environment =
        Map.of(
            "SWARM_TASKS_EXEC_WORD_COUNT_COMMAND", "[sh, -c, 'wc -w']",
            "SWARM_TASKS_EXEC_WORD_COUNT_TIMEOUT_MS", "5");

    SwarmSettings settings =
        SettingsLoader.load(Map.of(), environment, Optional.empty(), directory).settings();

    assertThat(settings.tasks().exec()).containsOnlyKeys("word-count");
    assertThat(settings.tasks().exec().get("word-count"))
        .isNotNull()
        .returns(5L, ExecCommand::timeoutMillis)
        .returns(List.of("sh", "-c", "wc -w"), ExecCommand::command);
  }

  @Test
  void whereEachPartOfACommandCameFromIsListed() throws Exception {
    Path file = file("tasks: {exec: {wc: {command: wc}}}");

    assertThat(load(Map.of("tasks.exec.wc.timeout-ms", "7")).values())
        .endsWith(
            new ResolvedSetting("tasks.exec.wc.command", "wc", "file " + file, false),
            new ResolvedSetting("tasks.exec.wc.timeout-ms", "7", "flag", false),
            new ResolvedSetting("tasks.exec.wc.output-bytes-max", "1048576", "default", false),
            new ResolvedSetting("tasks.exec.wc.verify", "rederive", "default", false),
            new ResolvedSetting("tasks.exec.wc.check-command", "", "default", false));
  }

  @Test
  void whatIsMissingOrContradictsIsRefused() throws Exception {
    file(
        """
        tasks:
          exec:
            a: {timeout-ms: 5}
            b: {command: b, verify: check}
            c: {command: c, check-command: d}
            e: {comand: e}
            F_F: {command: f}
        """);

    SettingsException refused = catchThrowableOfType(SettingsException.class, () -> load(Map.of()));

    assertThat(refused.problems())
        .extracting(SettingsProblem::key, SettingsProblem::expected)
        .containsExactly(
            tuple("tasks.exec.e.comand", "tasks.exec.e.command"),
            tuple("tasks.exec.F_F.command", "tasks.exec.<name>.command"),
            tuple("tasks.exec.a.command", "a command: a program and its arguments"),
            tuple(
                "tasks.exec.b.check-command",
                "a command, since verify is check (file "
                    + directory.resolve("swarm.yaml")
                    + ", line 4)"),
            tuple(
                "tasks.exec.c.verify",
                "check, since there is a check-command (file "
                    + directory.resolve("swarm.yaml")
                    + ", line 5)"));
  }

  @Test
  void aVariableOfAnImpossibleNameIsUnknown() {
    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                SettingsLoader.load(
                    Map.of(),
                    Map.of("SWARM_TASKS_EXEC_wc_COMMAND", "wc", "SWARM_TASKS_EXEC__COMMAND", "x"),
                    Optional.empty(),
                    directory));

    assertThat(refused.problems())
        .extracting(SettingsProblem::key)
        .containsExactly("SWARM_TASKS_EXEC__COMMAND", "SWARM_TASKS_EXEC_wc_COMMAND");
  }

  private ExecCommand command(String yaml, Map<String, String> flags) throws Exception {
    file(yaml);
    return Optional.ofNullable(load(flags).settings().tasks().exec().get("wc")).orElseThrow();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve(SettingsLoader.FILE_DEFAULT), text);
  }

  private LoadedSettings load(Map<String, String> flags) throws SettingsException {
    return SettingsLoader.load(flags, Map.of(), Optional.empty(), directory);
  }
}
