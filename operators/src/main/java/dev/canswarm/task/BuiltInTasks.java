package dev.canswarm.task;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/** The task types that come with the swarm; each is a pure function of its input. */
public final class BuiltInTasks {
  private BuiltInTasks() {}

  /** One handler of each built-in type. */
  public static List<TaskHandler> all() {
    return List.of(new WordCount(), new Canonicalize(), new HashSha256());
  }

  /**
   * {@code text.wordcount}: how often each word occurs. Input {@code {"text": …}}; words are split
   * at ASCII white space and keep their case; the artifact is a canonical JSON object of word to
   * count.
   */
  static final class WordCount implements TaskHandler {
    @Override
    public String type() {
      return "text.wordcount";
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      String text = text(input, type());
      TreeMap<String, Long> counts = new TreeMap<>();
      int start = -1;
      for (int i = 0; i <= text.length(); i++) {
        boolean space = i == text.length() || isAsciiSpace(text.charAt(i));
        if (space && start >= 0) {
          counts.merge(text.substring(start, i), 1L, Long::sum);
          start = -1;
        } else if (!space && start < 0) {
          start = i;
        }
      }
      TreeMap<String, JsonValue> members = new TreeMap<>();
      counts.forEach((word, count) -> members.put(word, JsonNumber.of(count)));
      return CanonicalJson.write(new JsonObject(members));
    }

    private static boolean isAsciiSpace(char c) {
      return c == ' ' || (c >= '\t' && c <= '\r');
    }
  }

  /** {@code json.canonicalize}: the input in RFC 8785 form. */
  static final class Canonicalize implements TaskHandler {
    @Override
    public String type() {
      return "json.canonicalize";
    }

    @Override
    public byte[] run(TaskInput input) {
      return CanonicalJson.write(input.input());
    }
  }

  /** {@code hash.sha256}: the lower-case hex SHA-256 of the UTF-8 bytes of {@code {"text": …}}. */
  static final class HashSha256 implements TaskHandler {
    @Override
    public String type() {
      return "hash.sha256";
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      String hash = Sha256.hex(text(input, type()).getBytes(StandardCharsets.UTF_8));
      return hash.getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static String text(TaskInput input, String type) throws TaskException {
    if (input.input() instanceof JsonObject object
        && object.get("text") instanceof JsonString text) {
      return text.value();
    }
    throw new TaskException(type + ": expected an input of the form {\"text\": string}");
  }
}
