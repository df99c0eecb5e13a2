package dev.canswarm.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in files of their own: which settings have one, and what is read from it. */
class SecretFilesTest {
  private static final String NAME = "postgres.password-file";
  private static final SourcedValue NAMED =
      new SourcedValue("pg", false, "file swarm.yaml", "file swarm.yaml, line 3");

  private final Path directory;
  private final List<SettingsProblem> problems = new ArrayList<>();
  private final SecretFiles files;

  SecretFilesTest(@TempDir Path directory) {
    this.directory = directory;
    this.files = new SecretFiles(directory, problems);
  }

  private Optional<String> read(byte[] content) throws IOException {
    Files.write(directory.resolve("pg"), content);
    return files.read(NAME, "pg", NAMED).map(SourcedValue::value);
  }

  private Optional<String> read(String content) throws IOException {
    return read(content.getBytes(UTF_8));
  }

  private void assertRefused(String actual) {
    assertThat(problems)
        .containsExactly(
            new SettingsProblem(
                SettingsProblem.Kind.BAD_VALUE,
                NAME,
                "a readable file with the value of postgres.password",
                actual,
                "file swarm.yaml, line 3"));
  }

  @Test
  void everySecretHasAFileAndNothingElseHas() {
    for (SettingKey<?> key : SettingKeys.all()) {
      assertThat(SecretFiles.secretOf(key.name() + SecretFiles.SUFFIX).isPresent())
          .as(key.name())
          .isEqualTo(key.secret());
      assertThat(SecretFiles.secretOf(key.name() + "_FILE")).as(key.name()).isEmpty();
    }
    assertThat(SecretFiles.secretOf(NAME))
        .hasValueSatisfying(key -> assertThat(key.name()).isEqualTo("postgres.password"));
    assertThat(SecretFiles.secretOf("no.such-file")).isEmpty();
    assertThat(SecretFiles.secretOf("-file")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "s\\n,s",
        "s\\r\\n,s",
        "s,s",
        "s\\n\\n,s\\n",
        " s \\n, s ",
        "a\\nb\\n,a\\nb",
        "s\\r,s\\r"
      })
  void oneLineEndAtTheEndIsNotPartOfTheSecret(String content, String secret) throws IOException {
    assertThat(read(content.translateEscapes())).contains(secret.translateEscapes());
    assertThat(problems).isEmpty();
  }

  @Test
  void theSourceOfASecretIsItsFileAndWhoNamedIt() throws IOException {
    Path file = directory.resolve("pg");
    Files.writeString(file, "secret");
    assertThat(files.read(NAME, "pg", NAMED))
        .contains(
            new SourcedValue(
                "secret",
                false,
                "file " + file + " (file swarm.yaml)",
                "file " + file + ", file swarm.yaml, line 3"));
    assertThat(files.read(NAME, file.toString(), NAMED)).as("an absolute path").isPresent();
  }

  @Test
  void anEmptyPathIsAsGoodAsNone() {
    assertThat(files.read(NAME, "", NAMED)).isEmpty();
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n"})
  void anEmptySecretIsRefused(String content) throws IOException {
    assertThat(read(content)).isEmpty();
    assertRefused("pg: an empty one");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(files.read(NAME, "pg", NAMED)).isEmpty();
    assertRefused("pg: no such file");
  }

  @Test
  void anInvalidPathIsRefused() {
    assertThat(files.read(NAME, "a\0b", NAMED)).isEmpty();
    assertRefused("a\0b: no path");
  }

  @Test
  void bytesThatAreNotTextAreRefusedAndNotShown() throws IOException {
    assertThat(read(new byte[] {'s', (byte) 0xFF})).isEmpty();
    assertRefused("pg: bytes that are not UTF-8");
  }

  @Test
  void aFileIsReadUpToItsBound() throws IOException {
    assertThat(read("x".repeat(SecretFiles.BYTES_MAX))).isPresent();
    assertThat(problems).isEmpty();
    assertThat(read("x".repeat(SecretFiles.BYTES_MAX + 1))).isEmpty();
    assertRefused("pg: more than 65536 bytes");
  }

  @Test
  void aSecretAndItsFileFromOneSourceAreAConflict() {
    files.reportBoth(NAME, NAMED);
    assertThat(problems)
        .extracting(SettingsProblem::toString)
        .containsExactly(
            "postgres.password-file: expected either this or postgres.password, got both (file"
                + " swarm.yaml, line 3)");
  }
}
