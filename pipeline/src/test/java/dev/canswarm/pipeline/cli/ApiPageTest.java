package dev.canswarm.pipeline.cli;

import static java.util.stream.Collectors.joining;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the generated tables of {@code docs/API.md} equal to the code. */
class ApiPageTest {
  private static final Path PAGE = Path.of("..", "docs", "API.md");
  private static final Set<String> ELSEWHERE = Set.of("simulation-commands");

  /** Commands of the module simulation, which writes their chapters. */
  private static final Set<String> OTHER_PROGRAMS = Set.of("sim", "chaos", "hostile");

  private static final List<String> PORTS =
      List.of(
          "Bus",
          "SlotStore",
          "TimerStore",
          "EpochStore",
          "Archive",
          "OpLogReader",
          "FailureStore",
          "DecisionGate",
          "ArtifactStore",
          "AuditLog");

  /** Members of the policy file whose component of {@code Policy} has another name. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "artifact.required_on_commit", "artifactRequired",
          "artifact.bytes_max", "artifactBytesMax");

  @Test
  void theGeneratedTablesSayWhatTheCodeSays() throws Exception {
    TreeMap<String, String> sections = new TreeMap<>();
    sections.put("topics", topics());
    sections.put("roles", roles());
    sections.put("reasons", reasons());
    sections.put("exit-codes", exitCodes());
    sections.put("policy", policy());
    sections.put("ports", ports());
    sections.put(
        "commands", new CommandTables(SwarmCommands::commandLine).textWithout(OTHER_PROGRAMS));
    GeneratedSections.check(PAGE, "pipeline", ApiPageTest.class, sections, ELSEWHERE);
  }

  private static String topics() {
    return Topics.all().stream()
        .map(topic -> "| `%s` | %s | %s |\n".formatted(topic, verbs(topic), senders(topic)))
        .collect(joining("", "| topic | carries | sent by |\n|---|---|---|\n", ""));
  }

  private static String verbs(String topic) {
    return switch (topic) {
      case Topics.INTAKE -> "plain JSON: a NEED's payload without an envelope";
      case Topics.DEAD_LETTERS -> "refused records, with the reason in headers";
      default -> names(verbsOf(topic).map(Verb::name));
    };
  }

  private static String senders(String topic) {
    return switch (topic) {
      case Topics.INTAKE -> "any Kafka producer";
      case Topics.DEAD_LETTERS -> "every process";
      default ->
          names(
              Arrays.stream(RoleName.values())
                  .filter(role -> verbsOf(topic).anyMatch(role::maySend))
                  .map(RoleName::label));
    };
  }

  private static Stream<Verb> verbsOf(String topic) {
    return Arrays.stream(Verb.values()).filter(verb -> verb.topic().equals(topic));
  }

  private static String roles() {
    return Arrays.stream(RoleName.values())
        .map(role -> "| %s | %s |\n".formatted(role.label(), verbs(role)))
        .collect(joining("", "| role | may send |\n|---|---|\n", ""));
  }

  private static String verbs(RoleName role) {
    String verbs = names(Arrays.stream(Verb.values()).filter(role::maySend).map(Verb::name));
    return verbs.isEmpty() ? "nothing: it signs the checkpoints of an audit log" : verbs;
  }

  private static String reasons() throws IOException {
    return rows(
        "| `swarm-reason` | meaning |\n|---|---|\n",
        SourceDocs.of("operators", "dev/canswarm/envelope/Reason").constants());
  }

  private static String exitCodes() throws ReflectiveOperationException, IOException {
    StringBuilder table = new StringBuilder("| code | name | meaning |\n|---|---|---|\n");
    for (var code :
        SourceDocs.of("pipeline", ExitCode.class.getName().replace('.', '/'))
            .constants()
            .entrySet()) {
      int value = ExitCode.class.getDeclaredField(code.getKey()).getInt(null);
      table.append("| %d | `%s` | %s |\n".formatted(value, code.getKey(), code.getValue()));
    }
    return table.toString();
  }

  private static String policy() throws Exception {
    Map<String, String> meanings =
        SourceDocs.of("operators", "dev/canswarm/policy/Policy").parameters();
    StringBuilder table = new StringBuilder("| member | built-in | meaning |\n|---|---|---|\n");
    JsonObject builtIn = StrictJson.parseObject(PolicyFile.load(Optional.empty()));
    members("", builtIn)
        .forEach(
            (name, value) -> {
              String text = name.equals("version") ? "form of the file" : meaning(meanings, name);
              table.append("| `%s` | `%s` | %s |\n".formatted(name, value, text));
            });
    return table.toString();
  }

  private static TreeMap<String, String> members(String prefix, JsonObject object) {
    TreeMap<String, String> found = new TreeMap<>();
    object
        .members()
        .forEach(
            (name, value) -> {
              if (value instanceof JsonObject inner) {
                found.putAll(members(prefix + name + ".", inner));
              } else {
                found.put(prefix + name, text(value));
              }
            });
    return found;
  }

  private static String text(JsonValue value) {
    return new String(CanonicalJson.write(value), StandardCharsets.UTF_8);
  }

  private static String meaning(Map<String, String> meanings, String member) {
    String component = RENAMED.getOrDefault(member, camelCase(member));
    return Optional.ofNullable(meanings.get(component))
        .orElseThrow(() -> new AssertionError("Policy has no component " + component));
  }

  private static String camelCase(String member) {
    StringBuilder name = new StringBuilder();
    for (String word : member.split("_", -1)) {
      String whole = word.equals("ms") ? "millis" : word;
      name.append(
          name.isEmpty()
              ? whole
              : whole.substring(0, 1).toUpperCase(Locale.ROOT) + whole.substring(1));
    }
    return name.toString();
  }

  private static String ports() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String port : PORTS) {
      SourceDocs docs = SourceDocs.of("operators", "dev/canswarm/port/" + port);
      text.append("### `%s`\n\n%s\n\n".formatted(port, docs.ofType()));
      text.append(rows("| method | contract |\n|---|---|\n", docs.methods())).append('\n');
    }
    return text.toString();
  }

  private static String rows(String head, Map<String, String> rows) {
    return rows.entrySet().stream()
        .map(row -> "| `%s` | %s |\n".formatted(row.getKey(), row.getValue()))
        .collect(joining("", head, ""));
  }

  private static String names(Stream<String> names) {
    return names.collect(joining(", "));
  }
}
