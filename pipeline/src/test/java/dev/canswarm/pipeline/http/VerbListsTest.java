package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.envelope.Verb;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The lists of verbs outside the Java code: in {@code openapi.yaml} and in the page's script. */
class VerbListsTest {
  private static final String VERDICT = "VERDICT";
  private static final Pattern SAYS =
      Pattern.compile("\\nfunction says\\(.*?\\n}\\n", Pattern.DOTALL);

  static Stream<Arguments> lists() {
    return Stream.of(
        Arguments.of("Message/properties/kind", names(Verb.ofNeeds())),
        Arguments.of(
            "Messages/properties/messages/items/properties/kind", names(Verb.ofNeeds(), VERDICT)),
        Arguments.of(
            "Event/properties/kind", names(Arrays.asList(Verb.values()), VERDICT, "DEAD_LETTER")));
  }

  @ParameterizedTest
  @MethodSource("lists")
  void theKindsOfASchemaAreTheVerbs(String schema, List<String> expected) throws IOException {
    List<String> kinds = new ArrayList<>();
    for (JsonNode kind : OpenApi.load().document().at("/components/schemas/" + schema + "/enum")) {
      kinds.add(kind.asText());
    }
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void thePageDescribesTheMessagesOfEveryVerb() throws IOException {
    Matcher says = SAYS.matcher(script());
    assertThat(says.find()).as("story.js has the function says").isTrue();
    for (String kind : names(Verb.ofNeeds(), VERDICT)) {
      assertThat(says.group()).contains("case '" + kind + "':");
    }
  }

  private static List<String> names(List<Verb> verbs, String... others) {
    return Stream.concat(verbs.stream().map(Verb::name), Arrays.stream(others)).toList();
  }

  private static String script() throws IOException {
    try (InputStream in = VerbListsTest.class.getResourceAsStream("page/story.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
