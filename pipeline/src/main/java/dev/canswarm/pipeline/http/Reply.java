package dev.canswarm.pipeline.http;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer.
 *
 * @param status of HTTP
 * @param headers in addition to the type, the length and those that every reply has
 * @param body must not be written to
 * @param sent run once, when the body was sent or could not be
 */
public record Reply(
    int status, String contentType, Map<String, String> headers, byte[] body, Runnable sent) {
  /** The type of plain text. */
  public static final String TEXT = "text/plain; charset=utf-8";

  private static final String JSON = "application/json";

  public Reply {
    headers = Map.copyOf(headers);
  }

  /** An answer after which nothing is to be done. */
  public Reply(int status, String contentType, Map<String, String> headers, byte[] body) {
    this(status, contentType, headers, body, () -> {});
  }

  /** Plain text. */
  public static Reply text(int status, String text) {
    return new Reply(status, TEXT, Map.of(), text.getBytes(StandardCharsets.UTF_8));
  }

  /** A JSON document, in canonical form. */
  public static Reply json(int status, JsonValue value) {
    return new Reply(status, JSON, Map.of(), CanonicalJson.write(value));
  }

  /** The same with one more header. */
  public Reply with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Reply(status, contentType, more, body, sent);
  }

  /** The same, with something to do when it was sent or could not be. */
  public Reply whenSent(Runnable action) {
    return new Reply(status, contentType, headers, body, action);
  }
}
