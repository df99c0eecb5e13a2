package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fails when {@code docs/CONFIGURATION.md} differs from the table of settings. */
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
    return
"""
# Settings

This page is generated from the table of settings (`SettingKeys`), and a test fails if it is stale.
`./swarm config` prints the effective value of every setting and where it comes from.

A command-line option overrides an environment variable, which overrides the file (`--config FILE`, or
`./swarm.yaml` if it exists), which overrides the default. An unknown key in the file or an unknown `SWARM_…`
variable is an error, which suggests the nearest known name; all errors are reported together. (%s
are not settings: the launcher reads them.)

`kafka.in-flight-max` is the variable `SWARM_KAFKA_IN_FLIGHT_MAX` and the option `--kafka-in-flight-max`: dots
and dashes both become `_` or `-`. A leading `swarm.` is not repeated: `swarm.id` is `SWARM_ID`.

The file is YAML; `kafka: {port: 19092}` and `kafka.port: 19092` are equivalent. A list may be written as a YAML
list, also in a variable: `[sh, -c, "wc -w"]`. Relative paths are resolved against the working directory.

A setting marked as secret may be in a file of its own: `postgres.password-file` names the file that contains
`postgres.password`, also as `SWARM_POSTGRES_PASSWORD_FILE` or `--postgres-password-file`. A line end at the end of
the file does not count. A password on the command line is refused, because every user of the machine can see it.

| setting | default | type and bounds | meaning |
|---|---|---|---|
%s
## Properties of Kafka's clients

`kafka.client.<property>` is passed on to Kafka's producers, consumers and admin clients as it is:
`kafka.client.security.protocol` or `SWARM_KAFKA_CLIENT_SECURITY_PROTOCOL`. Properties on which the program's
guarantees depend, such as `acks` and `group.id`, are refused. Those with passwords, tokens, keys and certificates
are secret: `SWARM_KAFKA_CLIENT_SASL_JAAS_CONFIG_FILE` names a file.

## Programs that sign

`keys.external.<agent>` names a program that signs for an agent, and whose process holds the agent's key
([external signers](SECURITY.md#external-signers)): `keys.external.worker-1` or `SWARM_KEYS_EXTERNAL_WORKER_1`.

| setting | default | type and bounds | meaning |
|---|---|---|---|
%s
## Commands

A task of type `exec` names one of these commands by its `<name>`, which consists of a-z, 0-9 and dashes in
between. Environment variables spell the name in upper case with underscores:
`SWARM_TASKS_EXEC_WORD_COUNT_COMMAND`.

| setting | default | type and bounds | meaning |
|---|---|---|---|
%s\
"""
        .formatted(
            String.join(
                ", ",
                SettingKeys.ENVIRONMENT_OTHER.stream().map(name -> "`" + name + "`").toList()),
            table(SettingKeys.all()),
            table(List.of(ExternalKeys.of("<agent>"))),
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
