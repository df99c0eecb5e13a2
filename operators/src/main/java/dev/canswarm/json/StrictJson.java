package dev.canswarm.json;

import dev.canswarm.json.JsonException.Problem;

/**
 * Reads one JSON text (RFC 8259) that must be I-JSON (RFC 7493) and repairs nothing: malformed
 * UTF-8, lone surrogates, duplicate names, numbers that lose their digits, deep nesting and
 * trailing bytes are errors with a byte offset. Time grows linearly with the input (times the
 * logarithm of an object's size). Stateless and thread-safe.
 */
public final class StrictJson {
  private StrictJson() {}

  /**
   * The value, within {@link JsonLimits#DEFAULT}.
   *
   * @throws JsonException if the input is not I-JSON
   */
  public static JsonValue parse(byte[] utf8) {
    return parse(utf8, JsonLimits.DEFAULT);
  }

  /**
   * The value, within the limits.
   *
   * @throws JsonException if the input is not I-JSON, or past a limit
   */
  public static JsonValue parse(byte[] utf8, JsonLimits limits) {
    return new TreeReader(utf8, limits).document();
  }

  /**
   * The object, within {@link JsonLimits#DEFAULT}.
   *
   * @throws JsonException if the input is not I-JSON; SYNTAX if it is another value
   */
  public static JsonObject parseObject(byte[] utf8) {
    return parseObject(utf8, JsonLimits.DEFAULT);
  }

  /**
   * The object, within the limits.
   *
   * @throws JsonException if the input is not I-JSON, or past a limit; SYNTAX if it is another
   *     value
   */
  public static JsonObject parseObject(byte[] utf8, JsonLimits limits) {
    var reader = new TreeReader(utf8, limits);
    if (reader.document() instanceof JsonObject object) {
      return object;
    }
    throw JsonException.at(
        reader.documentStart(), Problem.SYNTAX, "expected an object, got another value");
  }
}
