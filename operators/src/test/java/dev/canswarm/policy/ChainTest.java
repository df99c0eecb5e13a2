package dev.canswarm.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of the chain, and every other place that lists verbs. */
class ChainTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern QUOTED = Pattern.compile("['\"]([A-Z_]+)['\"]");

  @Test
  void everyVerbHasALineWithSomebodyWhoSaysItAndSomebodyWhoHearsIt() {
    assertThat(Chain.table()).extracting(Chain.Line::verb).containsExactly(Verb.values());
    assertThat(Chain.table())
        .allSatisfy(
            line -> {
              assertThat(line.saidBy()).isNotEmpty();
              assertThat(line.slots()).isNotEmpty();
              assertThat(line.heardBy()).isNotEmpty().doesNotContainAnyElementsOf(line.saidBy());
            });
  }

  @Test
  void whoMaySendAVerbIsWhoItsLineSays() {
    for (Verb verb : Verb.values()) {
      assertThat(RoleName.values())
          .filteredOn(role -> role.maySend(verb))
          .containsExactlyElementsOf(Chain.of(verb).saidBy());
    }
  }

  @Test
  void whatDecidersAndCoordinatorsAloneSaySettles() {
    assertThat(Chain.settling()).containsExactly(Verb.DECIDE, Verb.FINALIZE, Verb.RELEASE);
  }

  @Test
  void everySlotThatAnEnvelopeMayFillFirstBelongsToALine() {
    TreeSet<SlotKind> listed = new TreeSet<>();
    Chain.table().forEach(line -> listed.addAll(line.slots()));

    assertThat(SlotKind.values())
        .filteredOn(kind -> kind.subject() != SlotKind.Subject.ROW)
        .filteredOn(kind -> kind != SlotKind.EQUIVOCATION)
        .containsExactlyElementsOf(listed);
  }

  @Test
  void thePageShowsTheTable() {
    List<String> rows =
        Chain.table().stream()
            .map(
                line ->
                    "| %s | `%s` | %s | %s | %s |"
                        .formatted(
                            line.verb(),
                            line.verb().topic(),
                            labels(line.saidBy()),
                            line.slots().stream()
                                .map(slot -> "`" + slot + "`")
                                .collect(Collectors.joining(", ")),
                            labels(line.heardBy())))
            .toList();

    assertThat(lines("docs", "ARCHITECTURE.md")).containsSequence(rows);
  }

  private static String labels(Iterable<RoleName> roles) {
    List<String> labels = new ArrayList<>();
    roles.forEach(role -> labels.add(role.label()));
    return String.join(", ", labels);
  }

  @Test
  void thePageListsTheSlotsInTheirOrder() {
    List<String> forms =
        Arrays.stream(SlotKind.values())
            .filter(kind -> !kind.forms().isEmpty())
            .map(kind -> "| `" + String.join("`, `", kind.forms()) + "` |")
            .toList();

    assertThat(
            lines("docs", "ARCHITECTURE.md").stream()
                .map(line -> line.replaceFirst("^(\\| .*?` \\|).*", "$1"))
                .filter(forms::contains))
        .containsExactlyElementsOf(forms);
  }

  @Test
  void theSpecificationsListsAreTheTable() {
    String kinds = statement(text("docs", "spec", "envelopes.py"), "\nKINDS = (", ")");
    assertThat(quoted(kinds)).containsExactlyInAnyOrderElementsOf(names());

    Map<String, List<String>> says = new TreeMap<>();
    for (String entry :
        statement(text("docs", "spec", "envelopes.py"), "\nMAY_SAY = {", "\n}").split("\\),", -1)) {
      Pattern.compile("\"([a-z]+)\"")
          .matcher(entry)
          .results()
          .map(role -> role.group(1))
          .findFirst()
          .ifPresent(role -> says.put(role, quoted(entry)));
    }
    Map<String, List<String>> expected = new TreeMap<>();
    for (RoleName role : RoleName.values()) {
      List<String> verbs =
          Arrays.stream(Verb.values()).filter(role::maySend).map(Verb::name).sorted().toList();
      if (!verbs.isEmpty()) {
        expected.put(role.label(), verbs);
      }
    }
    says.values().removeIf(List::isEmpty);
    says.replaceAll((role, verbs) -> verbs.stream().sorted().toList());
    assertThat(says).isEqualTo(expected);
  }

  @Test
  void theShippedPolicyAllowsEveryVerbOfANeed() {
    String policy =
        text("config", "src", "main", "resources", "dev", "canswarm", "config", "policy.json");

    assertThat(quoted(statement(policy, "\"kinds\": [", "]")))
        .containsExactlyInAnyOrderElementsOf(Verb.ofNeeds().stream().map(Verb::name).toList());
  }

  /** The last migration that says which kinds of rows there are is the one in force. */
  @Test
  void theStoreTakesEveryVerb() {
    String check = "";
    for (Path migration : migrations()) {
      String sql = read(migration);
      check = sql.contains("check (kind in (") ? statement(sql, "check (kind in (", ")") : check;
    }
    List<String> expected = new ArrayList<>(names());
    expected.addAll(List.of("VERDICT", "WAIT", "DEAD_LETTER"));

    assertThat(quoted(check)).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<Path> migrations() {
    Path folder = ROOT.resolve("config/src/main/resources/db/migration");
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> names() {
    return Arrays.stream(Verb.values()).map(Verb::name).toList();
  }

  private static List<String> quoted(String text) {
    return QUOTED.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  /** What is between a beginning and the next end. */
  private static String statement(String text, String beginning, String end) {
    int from = text.indexOf(beginning);
    assertThat(from).as(beginning).isNotNegative();
    return text.substring(from + beginning.length(), text.indexOf(end, from + beginning.length()));
  }

  private static List<String> lines(String... path) {
    return text(path).lines().toList();
  }

  private static String text(String... path) {
    Path file = ROOT;
    for (String part : path) {
      file = file.resolve(part);
    }
    return read(file);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
