package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.Resources;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sample text, and NEEDs made from it. Immutable. */
final class Corpus {
  private static final String RESOURCE = "corpus.txt";
  private static final int LINES_MAX = 3;

  private final List<String> lines;

  private Corpus(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /** Loads the text that ships with the program. */
  static Corpus load() {
    String text = Resources.text(Corpus.class, RESOURCE);
    return new Corpus(text.lines().filter(line -> !line.isBlank()).toList());
  }

  /**
   * Returns {@code count} NEED payloads in canonical JSON, of every built-in task type in turn. The
   * same random numbers give the same NEEDs.
   */
  List<byte[]> needs(int count, RandomGenerator random) {
    List<byte[]> needs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      needs.add(CanonicalJson.write(need(i, passage(random))));
    }
    return needs;
  }

  private JsonObject need(int index, String passage) {
    return switch (index % 3) {
      case 0 -> need("text.wordcount", text(passage));
      case 1 -> need("json.canonicalize", document(index, passage));
      default -> need("hash.sha256", text(passage));
    };
  }

  private static JsonObject need(String type, JsonObject input) {
    return JsonObject.builder().put("task_type", type).put("input", input).build();
  }

  private static JsonObject text(String passage) {
    return JsonObject.builder().put("text", passage).build();
  }

  private static JsonObject document(int index, String passage) {
    List<String> words = Arrays.asList(passage.split(" ", -1));
    return JsonObject.builder()
        .put("page", index)
        .put("words", words)
        .put(
            "measures",
            new JsonArray(
                List.of(
                    new JsonNumber(words.size()),
                    new JsonNumber(passage.length() / (double) words.size()))))
        .put("first", new JsonString(words.get(0)))
        .build();
  }

  /** Returns one to three lines of the text. */
  String passage(RandomGenerator random) {
    int from = random.nextInt(lines.size());
    int to = Math.min(lines.size(), from + 1 + random.nextInt(LINES_MAX));
    return String.join(" ", lines.subList(from, to));
  }
}
