package dev.canswarm.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNull;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.verb.Verbs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables and examples of the payloads in {@code docs/API.md} against the code: a chapter for
 * each verb, with a table of members and one example or several.
 */
class PayloadPageTest {
  private static final String CHAPTER = "### `";
  private static final String EXAMPLE = "```json";

  /** A verb's chapter: each member with whether it is required, and the examples. */
  private record Chapter(Map<String, Boolean> members, List<JsonObject> examples) {}

  static Map<Verb, Chapter> chapters() {
    try {
      List<String> lines = Files.readAllLines(Path.of("..", "docs", "API.md"));
      List<String> payloads =
          lines.subList(lines.indexOf("## Payloads"), lines.indexOf("## Dead letters"));
      Map<Verb, Chapter> chapters = new TreeMap<>();
      for (int i = 0; i < payloads.size(); i++) {
        if (payloads.get(i).startsWith(CHAPTER)) {
          List<String> rest = payloads.subList(i + 1, payloads.size());
          Chapter chapter =
              chapter(rest.stream().takeWhile(line -> !line.startsWith(CHAPTER)).toList());
          for (String verb : payloads.get(i).replaceAll("[^A-Z ]", "").split(" +", -1)) {
            if (!verb.isEmpty()) {
              chapters.put(Verb.valueOf(verb), chapter);
            }
          }
        }
      }
      return chapters;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Set<Map.Entry<Verb, Chapter>> perVerb() {
    return chapters().entrySet();
  }

  private static Chapter chapter(List<String> lines) {
    Map<String, Boolean> members = new LinkedHashMap<>();
    for (String line : lines) {
      if (line.startsWith("| `")) {
        List<String> columns = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        members.put(columns.get(1).replace("`", ""), columns.get(2).equals("yes"));
      }
    }
    List<JsonObject> examples =
        IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).equals(EXAMPLE))
            .mapToObj(i -> lines.subList(i + 1, lines.size()))
            .map(
                rest ->
                    rest.stream()
                        .takeWhile(line -> !line.startsWith("```"))
                        .collect(Collectors.joining("\n")))
            .map(text -> StrictJson.parseObject(text.getBytes(StandardCharsets.UTF_8)))
            .toList();
    return new Chapter(members, examples);
  }

  @Test
  void everyVerbHasAChapter() {
    assertThat(chapters().keySet()).containsExactlyInAnyOrder(Verb.values());
  }

  @ParameterizedTest
  @MethodSource("perVerb")
  void theExamplesAreReadAsTheyStand(Map.Entry<Verb, Chapter> verb) {
    assertThat(verb.getValue().examples()).isNotEmpty();
    for (JsonObject example : verb.getValue().examples()) {
      Verbs.payload(verb.getKey(), example);
    }
  }

  @ParameterizedTest
  @MethodSource("perVerb")
  void theTableListsTheMembersOfTheExamplesAndNoOthers(Map.Entry<Verb, Chapter> verb) {
    Set<String> used = new TreeSet<>();
    verb.getValue().examples().forEach(example -> used.addAll(example.members().keySet()));
    assertThat(verb.getValue().members().keySet()).containsExactlyInAnyOrderElementsOf(used);
  }

  @ParameterizedTest
  @MethodSource("perVerb")
  void exactlyTheMembersMarkedAsRequiredAreRequired(Map.Entry<Verb, Chapter> verb) {
    JsonObject fullest =
        verb.getValue().examples().stream()
            .max(Comparator.comparingInt(one -> one.members().size()))
            .orElseThrow();
    verb.getValue()
        .members()
        .forEach(
            (member, required) -> {
              TreeMap<String, JsonValue> fewer = new TreeMap<>(fullest.members());
              if (fewer.remove(member) != null) {
                if (required) {
                  assertRefused(verb.getKey(), new JsonObject(fewer), member);
                } else {
                  Verbs.payload(verb.getKey(), new JsonObject(fewer));
                }
              }
            });
  }

  @ParameterizedTest
  @MethodSource("perVerb")
  void aMemberThatIsNotListedIsRefused(Map.Entry<Verb, Chapter> verb) {
    TreeMap<String, JsonValue> more = new TreeMap<>(verb.getValue().examples().get(0).members());
    more.put("surplus", JsonNull.INSTANCE);
    assertRefused(verb.getKey(), new JsonObject(more), "surplus");
  }

  private static void assertRefused(Verb verb, JsonObject payload, String why) {
    assertThatThrownBy(() -> Verbs.payload(verb, payload))
        .as(
            "%s: %s in %s",
            verb, why, new String(CanonicalJson.write(payload), StandardCharsets.UTF_8))
        .isInstanceOf(ShapeException.class);
  }
}
