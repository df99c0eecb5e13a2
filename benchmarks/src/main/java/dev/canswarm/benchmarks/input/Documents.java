package dev.canswarm.benchmarks.input;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates JSON documents whose canonical form has an exact size and which resemble the
 * pipeline's: a plan of tasks with texts, hashes, lists of names, integers and measurements.
 * Deterministic: the seed is the index.
 */
public final class Documents {
  /** The smallest supported size, in bytes. */
  public static final int BYTES_MIN = 64;

  private static final int TASK_TEXT_BYTES = 120;
  private static final int TASK_BYTES_EXPECTED = 420;
  private static final int SAMPLES = 4;

  private Documents() {}

  /**
   * Returns the document with that index.
   *
   * @param bytes the length of its canonical form, at least {@link #BYTES_MIN}
   */
  public static JsonObject ofBytes(int bytes, int index) {
    var random = new SplittableRandom(0x5ca1ab1eL + index);
    JsonObject.Builder builder = JsonObject.builder();
    List<JsonValue> tasks = new ArrayList<>();
    for (int room = bytes - TASK_BYTES_EXPECTED; room > 0; room -= TASK_BYTES_EXPECTED) {
      tasks.add(task(random, tasks.size()));
    }
    if (!tasks.isEmpty()) {
      builder.put("plan", new JsonArray(tasks));
    }
    builder.put("seq", index).put("note", "");
    int without = CanonicalJson.write(builder.build()).length;
    return builder.put("note", SampleText.ofBytes(random, bytes - without)).build();
  }

  /** Returns the canonical bytes of {@link #ofBytes}. */
  public static byte[] canonical(int bytes, int index) {
    return CanonicalJson.write(ofBytes(bytes, index));
  }

  /** Returns the same document with the members of every object in pseudo-random order. */
  public static byte[] shuffled(int bytes, int index) {
    return ShuffledJson.write(ofBytes(bytes, index), new SplittableRandom(0xdecaf + index));
  }

  private static JsonObject task(SplittableRandom random, int index) {
    List<JsonValue> samples = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      samples.add(new JsonNumber(Math.rint(random.nextDouble() * 1e6) / 1e3));
    }
    return JsonObject.builder()
        .put("task_type", index % 2 == 0 ? "text.wordcount" : "json.canonicalize")
        .put(
            "input",
            JsonObject.builder()
                .put("text", SampleText.ofBytes(random, TASK_TEXT_BYTES))
                .put("artifact", hex(random))
                .put("samples", new JsonArray(samples))
                .build())
        .put("requires", JsonArray.ofStrings(List.of("step-" + index, "step-" + index / 2)))
        .put("produces", JsonArray.ofStrings(List.of("step-" + (index + 1))))
        .put("final", new JsonBoolean(random.nextBoolean()))
        .put("deadline_ms", 1000L * random.nextInt(1, 600))
        .put("attempts", random.nextInt(1, 9))
        .build();
  }

  private static String hex(SplittableRandom random) {
    var text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(String.format("%016x", random.nextLong()));
    }
    return text.toString();
  }
}
