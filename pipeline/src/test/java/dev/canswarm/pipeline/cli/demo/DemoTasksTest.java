package dev.canswarm.pipeline.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.TaskRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DemoTasksTest {
  private static final String PASSAGE = "a rose is a rose  is a rose";

  private static JsonObject text(String text) {
    return JsonObject.builder().put("text", text).build();
  }

  private static TaskInput input(JsonValue input, String... required) {
    return new TaskInput(input, Arrays.stream(required).map(one -> one.getBytes(UTF_8)).toList());
  }

  private static String run(String type, TaskInput input) throws Exception {
    List<TaskHandler> all = new ArrayList<>(DemoTasks.graph());
    all.addAll(DemoTasks.total());
    return new String(TaskRegistry.of(all).handler(type).orElseThrow().run(input), UTF_8);
  }

  @Test
  void wordsAreCountedBetweenAnyNumberOfSpaces() throws Exception {
    assertThat(run("demo.count", input(text(PASSAGE)))).isEqualTo("{\"a\":3,\"is\":2,\"rose\":3}");
    assertThat(run("demo.count", input(text("  ")))).isEqualTo("{}");
  }

  @Test
  void theLieIsNotTheTruth() throws Exception {
    for (String passage : List.of("", "rose", PASSAGE)) {
      assertThat(new String(DemoTasks.lyingCount().run(input(text(passage))), UTF_8))
          .isNotEqualTo(run("demo.count", input(text(passage))));
    }
  }

  @Test
  void theLongestWordAndTheCommonestLetterAreFoundTheFirstOfEquals() throws Exception {
    String words = run("demo.words", input(text("unused"), "\"bb aa c aa\""));
    assertThat(words).isEqualTo("{\"aa\":2,\"bb\":1,\"c\":1}");
    assertThat(run("demo.longest", input(text("unused"), words))).isEqualTo("\"aa\"");
    String letters = run("demo.letters", input(text("unused"), "\"Bab, Éa b!\""));
    assertThat(letters).isEqualTo("{\"a\":2,\"b\":2}");
    assertThat(run("demo.commonest", input(text("unused"), letters))).isEqualTo("\"a\"");
    assertThat(run("demo.longest", input(text("unused"), "{}"))).isEqualTo("\"\"");
    assertThat(run("demo.commonest", input(text("unused"), "{}"))).isEqualTo("\"\"");
    assertThat(run("demo.report", input(text("unused"), "\"rose\"", "\"a\"")))
        .isEqualTo("{\"commonest_letter\":\"a\",\"longest_word\":\"rose\"}");
  }

  @Test
  void theTotalOfThePartsIsThatOfThePassage() throws Exception {
    JsonObject need = StrictJson.parseObject(DemoTasks.totalNeed(PASSAGE));
    List<String> counts = new ArrayList<>();
    for (Need.Task task : Need.parse(need).tasks()) {
      if (task.taskType().equals("demo.count")) {
        counts.add(run("demo.count", input(Objects.requireNonNull(task.input()))));
      }
    }
    assertThat(counts).hasSize(4);
    assertThat(run("demo.total", input(text(""), counts.toArray(String[]::new)))).isEqualTo("8");
    assertThat(run("demo.total", input(text(""), "{\"lies\":\"many\"}"))).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo.words|got none|",
        "demo.words|expected a string|{}",
        "demo.longest|expected an object|\"text\"",
        "demo.report|got none|\"rose\"",
        "demo.total|expected an object|[1]"
      })
  void anArtifactOfAnotherFormIsAFailedTaskAndNoCrash(
      String type, String message, @Nullable String artifact) {
    TaskInput input = artifact == null ? input(text("unused")) : input(text("unused"), artifact);
    assertThatThrownBy(() -> run(type, input))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anInputWithoutATextIsAFailedTask() {
    assertThatThrownBy(() -> run("demo.count", input(new JsonString("text"))))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining("{\"text\": string}");
  }

  @Test
  void countsThatAreNoNumbersAreAFailedTask() {
    assertThatThrownBy(() -> run("demo.commonest", input(text("unused"), "{\"a\":\"x\"}")))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining("expected counts");
  }

  @ParameterizedTest
  @EnumSource
  void aScenariosTasksAreKnownAndItsNeedsAndOutcomesGoTogether(DemoScenario scenario) {
    assertThat(DemoScenario.of(scenario.label())).contains(scenario);
    assertThat(scenario.needs(PASSAGE)).hasSameSizeAs(scenario.outcomes());
    assertThat(scenario.shown()).isBetween(1, scenario.outcomes().size());
    TaskRegistry known = TaskRegistry.of(scenario.tasks());
    for (byte[] need : scenario.needs(PASSAGE)) {
      assertThat(Need.parse(StrictJson.parseObject(need)).tasks())
          .allSatisfy(task -> assertThat(known.types()).contains(task.taskType()));
    }
  }

  @Test
  void anUnknownScenarioIsNone() {
    assertThat(DemoScenario.of("Graph")).isEmpty();
    assertThat(DemoScenario.of("")).isEmpty();
    assertThat(DemoScenario.labels()).containsExactly("challenge", "graph", "policy", "rotation");
  }
}
