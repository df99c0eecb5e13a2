package dev.canswarm.pipeline.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;

/**
 * Writes results as JSON. Control characters for terminals are written as escapes, which read back
 * as the same text. Separate from the console, so that Jackson is loaded only when used.
 */
public final class JsonText {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonText() {}

  /**
   * Writes one object on one line, its members in the map's order.
   *
   * @param members plain values, lists and maps
   * @throws IllegalArgumentException for other values
   */
  public static String of(Map<String, ?> members) {
    try {
      return escaped(MAPPER.writeValueAsString(members));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected plain values, got " + members, e);
    }
  }

  /** Outside of its strings, compact JSON has no character that needs an escape. */
  private static String escaped(String json) {
    if (json.codePoints().noneMatch(Printable::isUnsafe)) {
      return json;
    }
    StringBuilder safe = new StringBuilder(json.length() + 16);
    json.codePoints()
        .forEach(
            c -> {
              if (Printable.isUnsafe(c)) {
                for (char unit : Character.toChars(c)) {
                  safe.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }
}
