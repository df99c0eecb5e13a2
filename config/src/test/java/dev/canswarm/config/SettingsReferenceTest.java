package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/CONFIGURATION.md} equal to the table of settings. */
class SettingsReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "CONFIGURATION.md");
  private static final String REGENERATE = "swarm.docs.regenerate";

  @Test
  void thePageSaysWhatTheTableOfSettingsSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean(REGENERATE)) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE)
        .withFailMessage(
            "%s is stale: run mvn -pl config test -Dtest=SettingsReferenceTest -D%s=true",
            PAGE, REGENERATE)
        .hasContent(page);
  }

  private static String page() {
    return """
        # Settings

        Generated from the table of settings (`SettingKeys`); a test keeps it in step. `./swarm config` prints every
        value in force and where it came from.

        A command-line option beats an environment variable, that beats the file (`--config FILE`, or `./swarm.yaml`
        where it exists), that beats the default. An unknown key in the file, or an unknown `SWARM_…` variable, is an
        error that names the nearest known one; all errors are reported together. (%s are the launcher's.)

        `kafka.in-flight-max` is the variable `SWARM_KAFKA_IN_FLIGHT_MAX` and the option `--kafka-in-flight-max`; dots and
        dashes alike become `_` or `-`. What begins with `swarm.` does not say it twice: `swarm.id` is `SWARM_ID`.

        The file is YAML; `kafka: {port: 19092}` and `kafka.port: 19092` are the same. A list may be written as a YAML
        list, also inside a variable: `[sh, -c, "wc -w"]`. Relative paths are from the working directory.

        | setting | default | may be | |
        |---|---|---|---|
        %s
        ## Commands

        Tasks of type `exec` name one of these by its `<name>`: a-z 0-9, dashes within. Its variable has the name in
        upper case with underscores: `SWARM_TASKS_EXEC_WORD_COUNT_COMMAND`.

        | setting | default | may be | |
        |---|---|---|---|
        %s"""
        .formatted(
            String.join(
                ", ",
                SettingKeys.ENVIRONMENT_OTHER.stream().map(name -> "`" + name + "`").toList()),
            table(SettingKeys.all()),
            table(new ExecKeys("<name>").all()));
  }

  private static String table(List<SettingKey<?>> keys) {
    StringBuilder table = new StringBuilder();
    for (SettingKey<?> key : keys) {
      String value = key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`";
      String secret = key.secret() ? " Secret." : "";
      table.append(
          "| `%s` | %s | %s | %s%s |\n"
              .formatted(key.name(), value, key.type().expected(), key.description(), secret));
    }
    return table.toString();
  }
}
