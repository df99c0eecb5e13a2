package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  private final List<SettingsProblem> problems = new ArrayList<>();
  private final Path directory;

  SettingsFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void nestedAndDottedNamesAreTheSame() throws IOException {
    assertThat(values("kafka:\n  port: 1\nkafka.partitions: 2\nretry: {first-ms: 3}\n"))
        .isEqualTo(Map.of("kafka.port", "1", "kafka.partitions", "2", "retry.first-ms", "3"));
    assertThat(problems).isEmpty();
  }

  @Test
  void anEmptyFileAndEmptyGroupsGiveNothing() throws IOException {
    assertThat(values("")).isEmpty();
    assertThat(values("# nothing\n")).isEmpty();
    assertThat(values("---\n")).isEmpty();
    assertThat(values("kafka:\n  # port: 1\ntasks:\n  exec:\n")).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void aSettingLeftEmptyIsEmptyText() throws IOException {
    assertThat(values("kafka:\n  bootstrap:\npostgres: {url: ''}\n"))
        .isEqualTo(Map.of("kafka.bootstrap", "", "postgres.url", ""));
  }

  @Test
  void listsAreForSettingsThatAreLists() throws IOException {
    assertThat(values("roles: [worker, verifier]\nneeds-cached-max: [1]\n"))
        .isEqualTo(Map.of("roles", "[\"worker\",\"verifier\"]"));
    assertThat(said())
        .containsExactly(
            "expected needs-cached-max as an integer from 1 to 1000000, got a list @2");
  }

  @Test
  void aNullInAListIsRefusedAndNeverAnEmptyText() throws IOException {
    values("tasks.exec.x.command: [sh, null]\n");
    values("tasks.exec.x.command:\n- sh\n-\n");
    values("roles: [worker, null]\n");

    assertThat(said())
        .containsExactly(
            "expected each item of tasks.exec.x.command as a single value, in quotes if it is meant as text or"
                + " empty, got a null @1",
            "expected each item of tasks.exec.x.command as a single value, in quotes if it is meant as text or"
                + " empty, got a null @3",
            "expected each item of roles as a single value, in quotes if it is meant as text or"
                + " empty, got a null @1");
    assertThat(values("tasks.exec.x.command: [sh, '', 'null']\n"))
        .isEqualTo(Map.of("tasks.exec.x.command", "[\"sh\",\"\",\"null\"]"));
  }

  @Test
  void allFaultsOfAGroupAreReported() throws IOException {
    values("kafka:\n  port: [1]\n  partitions: [2]\n  replication: !x 3\n");

    assertThat(said())
        .containsExactly(
            "expected kafka.port as an integer from 0 to 65535, got a list @2",
            "expected kafka.partitions as an integer from 1 to 1024, got a list @3",
            "expected kafka.replication as a single value without a tag, got tag !x @4");
  }

  @Test
  void aNameTwiceIsRefusedHoweverItIsWritten() throws IOException {
    values("needs-cached-max: 1\nneeds-cached-max: 2\n");
    values("kafka: {port: 1}\nkafka.port: 2\n");

    assertThat(said())
        .containsExactly(
            "expected needs-cached-max once, got a duplicate of line 1 @2",
            "expected kafka.port once, got a duplicate @2");
  }

  @Test
  void otherShapesAreRefused() throws IOException {
    values("- needs-cached-max\n");
    values("needs-cached-max\n");
    values("kafka: 5\n");
    values("needs-cached-max: !!int 5\nroles: [[worker]]\n");
    values("needs-cached-max: !custom 5\n");
    values("{a: 1}: 2\n");

    assertThat(said())
        .containsExactly(
            "expected settings as a mapping, got a list @1",
            "expected settings as a mapping, got a single value @1",
            "kafka ? data @1",
            "expected each item of roles as a single value, got a list @2",
            "expected needs-cached-max as a single value without a tag, got tag !custom @1",
            "expected a name, got a mapping @1");
  }

  @Test
  void brokenYamlIsReportedByLineWithoutTheTextAroundIt() throws IOException {
    values("needs-cached-max: 1\npostgres.url: \"postgresql://u:hidden@h\n");

    assertThat(said()).singleElement().asString().startsWith("expected YAML, got a fault: ");
    assertThat(problems.toString()).doesNotContain("hidden");
  }

  @Test
  void aliasesOfCollectionsDeepNestingAndTooMuchTextAreRefused() throws IOException {
    values("a: &a [x]\nb: *a\n");
    values("needs-cached-max: " + "[".repeat(100_000) + "\n");
    values("needs-cached-max: 1 #" + "x".repeat(SettingsFile.FILE_BYTES_MAX));
    values("needs-cached-max: 1\n---\nneeds-cached-max: 2\n");

    assertThat(said().get(0))
        .isEqualTo("expected YAML without aliases of collections, got a fault in the text @file");
    assertThat(said().get(1)).isEqualTo("expected at most 16 levels of nesting, got more @1");
    assertThat(said().get(2))
        .isEqualTo("expected a readable file, got more than 262144 bytes @file");
    assertThat(said().get(3)).startsWith("expected YAML, got a fault: but found another document");
    assertThat(problems).hasSize(4);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    Path file = Files.write(directory.resolve("x.yaml"), new byte[] {'a', (byte) 0xff});

    SettingsFile.read(file, problems);

    assertThat(said())
        .containsExactly("expected a readable file, got bytes that are not UTF-8 @file");
  }

  private Map<String, String> values(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("x.yaml"), text);
    Map<String, String> values = new TreeMap<>();
    SettingsFile.read(file, problems).forEach((key, given) -> values.put(key, given.value()));
    return values;
  }

  private List<String> said() {
    return problems.stream().map(SettingsFileTest::said).toList();
  }

  private static String said(SettingsProblem problem) {
    String place =
        problem.source().contains(", line ") ? problem.source().split(", line ")[1] : "file";
    return problem.kind() == SettingsProblem.Kind.UNKNOWN_KEY
        ? problem.key() + " ? " + problem.expected() + " @" + place
        : "expected " + problem.expected() + ", got " + problem.actual() + " @" + place;
  }
}
