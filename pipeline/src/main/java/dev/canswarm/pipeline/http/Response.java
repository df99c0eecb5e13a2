package dev.canswarm.pipeline.http;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import reactor.core.publisher.Flux;

/**
 * A response.
 *
 * @param status of HTTP
 * @param headers in addition to the type, the length and those that every response has
 * @param body must not be modified
 * @param sent run once, when the body was sent or could not be
 * @param stream sent instead of the body, part by part, with backpressure from the client
 */
public record Response(
    int status,
    String contentType,
    Map<String, String> headers,
    byte[] body,
    Runnable sent,
    Optional<Flux<byte[]>> stream) {
  /** The media type of plain text. */
  public static final String TEXT = "text/plain; charset=utf-8";

  private static final String JSON = "application/json";
  private static final byte[] NOTHING = new byte[0];

  public Response {
    headers = Map.copyOf(headers);
  }

  /** A response without an action after it was sent. */
  public Response(int status, String contentType, Map<String, String> headers, byte[] body) {
    this(status, contentType, headers, body, () -> {}, Optional.empty());
  }

  /** Returns a response that is sent part by part. */
  public static Response streaming(String contentType, Flux<byte[]> parts) {
    return new Response(200, contentType, Map.of(), NOTHING, () -> {}, Optional.of(parts));
  }

  /** Returns a response of plain text. */
  public static Response text(int status, String text) {
    return new Response(status, TEXT, Map.of(), text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a response with a JSON document in canonical form. */
  public static Response json(int status, JsonValue value) {
    return new Response(status, JSON, Map.of(), CanonicalJson.write(value));
  }

  /** Returns the same response with one more header. */
  public Response with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Response(status, contentType, more, body, sent, stream);
  }

  /**
   * Returns the same response; the action runs once it was sent or could not be, after those that
   * were given before.
   */
  public Response whenSent(Runnable action) {
    Runnable before = sent;
    return new Response(
        status,
        contentType,
        headers,
        body,
        () -> {
          before.run();
          action.run();
        },
        stream);
  }
}
