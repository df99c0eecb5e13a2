package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The task types of the scenarios, and their NEEDs. */
final class DemoTasks {
  private static final String COUNT = "demo.count";
  private static final int PARTS = 4;

  private DemoTasks() {}

  /** A task as a function of its input. */
  @FunctionalInterface
  private interface Work {
    JsonValue on(TaskInput input) throws TaskException;
  }

  private record Task(String type, Work work) implements TaskHandler {
    @Override
    public byte[] run(TaskInput input) throws TaskException {
      return CanonicalJson.write(work.on(input));
    }
  }

  /** Returns a handler that counts the words of a text. */
  static TaskHandler count() {
    return new Task(COUNT, input -> counted(words(text(input))));
  }

  /**
   * Returns a handler that says {@code lies} for each word: a wrong count of every text that has
   * another word, or none.
   */
  static TaskHandler lyingCount() {
    return new Task(
        COUNT, input -> JsonObject.builder().put("lies", words(text(input)).size()).build());
  }

  static byte[] countNeed(String passage) {
    return CanonicalJson.write(
        JsonObject.builder()
            .put("task_type", COUNT)
            .put("input", JsonObject.builder().put("text", passage).build())
            .build());
  }

  /**
   * Returns handlers that split a text into words and letters, and find the longest and the most
   * frequent of them.
   */
  static List<TaskHandler> graph() {
    return List.of(
        new Task("demo.text", input -> new JsonString(text(input))),
        new Task("demo.words", input -> counted(words(required(input, 0)))),
        new Task("demo.letters", input -> counted(letters(required(input, 0)))),
        new Task("demo.longest", input -> new JsonString(longest(object(input, 0)))),
        new Task("demo.commonest", input -> new JsonString(commonest(object(input, 0)))),
        new Task(
            "demo.report",
            input ->
                JsonObject.builder()
                    .put("longest_word", required(input, 0))
                    .put("commonest_letter", required(input, 1))
                    .build()));
  }

  static byte[] graphNeed(String passage) {
    List<JsonValue> tasks = new ArrayList<>();
    JsonObject text = JsonObject.builder().put("text", passage).build();
    tasks.add(task("report", JsonObject.builder().build(), "longest", "commonest"));
    tasks.add(task("longest", JsonObject.builder().build(), "words"));
    tasks.add(task("commonest", JsonObject.builder().build(), "letters"));
    tasks.add(task("words", JsonObject.builder().build(), "text"));
    tasks.add(task("letters", JsonObject.builder().build(), "text"));
    tasks.add(task("text", text));
    return CanonicalJson.write(JsonObject.builder().put("tasks", new JsonArray(tasks)).build());
  }

  /** Returns handlers that count the words of parts of a text, and add up what was counted. */
  static List<TaskHandler> total() {
    return List.of(count(), new Task("demo.total", DemoTasks::total));
  }

  private static JsonValue total(TaskInput input) throws TaskException {
    long total = 0;
    for (int i = 0; i < input.required().size(); i++) {
      for (JsonValue count : object(input, i).members().values()) {
        total += count instanceof JsonNumber number ? (long) number.value() : 0;
      }
    }
    return JsonNumber.of(total);
  }

  /** A NEED of a task that builds on four others, each of which counts a part of the passage. */
  static byte[] totalNeed(String passage) {
    List<JsonValue> tasks = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    List<String> words = words(passage);
    for (int i = 0; i < PARTS; i++) {
      List<String> part = words.subList(i * words.size() / PARTS, (i + 1) * words.size() / PARTS);
      parts.add("part-" + (i + 1));
      tasks.add(
          JsonObject.builder()
              .put("name", parts.get(i))
              .put("task_type", COUNT)
              .put("input", JsonObject.builder().put("text", String.join(" ", part)).build())
              .put("produces", List.of(parts.get(i)))
              .build());
    }
    tasks.add(task("total", JsonObject.builder().build(), parts.toArray(String[]::new)));
    return CanonicalJson.write(JsonObject.builder().put("tasks", new JsonArray(tasks)).build());
  }

  /** The task produces its own name, because tasks in a plan have no names. */
  private static JsonObject task(String name, JsonObject input, String... requires) {
    return JsonObject.builder()
        .put("name", name)
        .put("task_type", "demo." + name)
        .put("input", input)
        .put("requires", List.of(requires))
        .put("produces", List.of(name))
        .build();
  }

  private static String text(TaskInput input) throws TaskException {
    if (input.input() instanceof JsonObject object
        && object.get("text") instanceof JsonString text) {
      return text.value();
    }
    throw new TaskException("expected an input of the form {\"text\": string}");
  }

  private static String required(TaskInput input, int index) throws TaskException {
    if (parsed(input, index) instanceof JsonString text) {
      return text.value();
    }
    throw new TaskException("expected a string from required task " + index);
  }

  private static JsonObject object(TaskInput input, int index) throws TaskException {
    if (parsed(input, index) instanceof JsonObject object) {
      return object;
    }
    throw new TaskException("expected an object from required task " + index);
  }

  private static JsonValue parsed(TaskInput input, int index) throws TaskException {
    if (input.required().size() <= index) {
      throw new TaskException("expected an artifact of required task " + index + ", got none");
    }
    return StrictJson.parse(input.required().get(index));
  }

  private static List<String> words(String text) {
    return List.of(text.split(" +", -1)).stream().filter(word -> !word.isEmpty()).toList();
  }

  private static List<String> letters(String text) {
    return text.codePoints()
        .filter(c -> c >= 'a' && c <= 'z')
        .mapToObj(c -> new String(Character.toChars(c)))
        .toList();
  }

  private static JsonObject counted(List<String> items) {
    TreeMap<String, JsonValue> counts = new TreeMap<>();
    items.stream()
        .distinct()
        .forEach(item -> counts.put(item, JsonNumber.of(Collections.frequency(items, item))));
    return JsonObject.of(counts);
  }

  private static String longest(JsonObject counts) {
    return counts.members().keySet().stream()
        .max(Comparator.comparingInt(String::length).thenComparing(Comparator.reverseOrder()))
        .orElse("");
  }

  private static String commonest(JsonObject counts) throws TaskException {
    Map<String, Double> byItem = new TreeMap<>();
    for (Map.Entry<String, JsonValue> count : counts.members().entrySet()) {
      if (!(count.getValue() instanceof JsonNumber number)) {
        throw new TaskException("expected counts, got another value for " + count.getKey());
      }
      byItem.put(count.getKey(), number.value());
    }
    return byItem.entrySet().stream()
        .max(
            Map.Entry.<String, Double>comparingByValue()
                .thenComparing(Map.Entry::getKey, Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
