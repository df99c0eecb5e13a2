package dev.canswarm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The task types that come with the swarm, and the registry that finds them. */
class BuiltInTasksTest {
  private static final TaskRegistry TASKS = TaskRegistry.of(BuiltInTasks.all());

  private static String run(String type, String input) throws Exception {
    TaskInput json =
        new TaskInput(StrictJson.parse(input.getBytes(StandardCharsets.UTF_8)), List.of());
    return new String(TASKS.handler(type).orElseThrow().run(json), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text.wordcount | {\"text\":\"to be or not to be\"} | {\"be\":2,\"not\":1,\"or\":1,\"to\":2}",
        "text.wordcount | {\"text\":\"  \\t\\n\"} | {}",
        "text.wordcount | {\"text\":\"A a\"} | {\"A\":1,\"a\":1}",
        "json.canonicalize | { \"b\":1.0, \"a\":[ ] } | {\"a\":[],\"b\":1}",
        "hash.sha256 | {\"text\":\"abc\"} "
            + "| ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      })
  void theResultIsAFunctionOfTheInput(String type, String input, String result) throws Exception {
    assertThat(run(type, input)).isEqualTo(result);
    assertThat(run(type, input)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"text.wordcount | 7", "text.wordcount | {\"text\":7}", "hash.sha256 | {}"})
  void anInputOfAnotherFormIsRefused(String type, String input) {
    assertThatThrownBy(() -> run(type, input))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining(type);
  }

  @Test
  void aTypeThatNobodyOffersIsEmpty() {
    assertThat(TASKS.handler("no.such")).isEmpty();
    assertThat(TASKS.types()).containsExactly("hash.sha256", "json.canonicalize", "text.wordcount");
  }

  @Test
  void aTypeThatIsOfferedTwiceIsRefused() {
    TaskHandler one = BuiltInTasks.all().get(0);
    assertThatThrownBy(() -> TaskRegistry.of(List.of(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(one.type());
  }
}
