package dev.canswarm.pipeline.http;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import java.util.Map;

/** Responses that say what is wrong, as RFC 9457 has them. The member {@code code} is ours. */
public final class Problem {
  /** The type of a problem. */
  public static final String TYPE = "application/problem+json";

  private static final String RETRY_AFTER = "Retry-After";

  private Problem() {}

  /** The path leads nowhere. */
  public static Response notFound(String path) {
    return of(404, "NOT_FOUND", "Not Found", "there is nothing at " + path);
  }

  /** The request itself is wrong. */
  public static Response badRequest(String code, String detail) {
    return of(400, code, "Bad Request", detail);
  }

  /** The body is too long. */
  static Response tooLarge(int bytesMax) {
    return of(413, "TOO_LARGE", "Content Too Large", "expected at most " + bytesMax + " bytes");
  }

  /** So much is under way that this has to wait. */
  static Response busy(String why) {
    return of(503, "BUSY", "Service Unavailable", why).with(RETRY_AFTER, "1");
  }

  /** A server that is needed for the answer is away. */
  static Response serverAway(String what) {
    return of(503, "SERVER_AWAY", "Service Unavailable", what).with(RETRY_AFTER, "5");
  }

  /** The path takes other methods. */
  static Response methodNotAllowed(String method, String allowed) {
    return of(405, "METHOD_NOT_ALLOWED", "Method Not Allowed", method + " is not for this path")
        .with("Allow", allowed);
  }

  /** The request names a host that is not this server. */
  static Response foreignHost() {
    return of(
        421,
        "FOREIGN_HOST",
        "Misdirected Request",
        "the Host header names another server; use 127.0.0.1, [::1] or localhost");
  }

  /** The request was made by a page of another origin. */
  static Response foreignOrigin() {
    return of(403, "FOREIGN_ORIGIN", "Forbidden", "pages of other origins get nothing");
  }

  /** The request has no token, or another one. */
  static Response unauthorized() {
    return of(401, "TOKEN_NEEDED", "Unauthorized", "send Authorization: Bearer and the token")
        .with("WWW-Authenticate", "Bearer realm=\"can-swarm\"");
  }

  /** The process is not as far yet, or no longer. */
  static Response notServing(String why) {
    return of(503, "NOT_SERVING", "Service Unavailable", why).with(RETRY_AFTER, "1");
  }

  /** A defect. */
  static Response internal() {
    return of(500, "INTERNAL", "Internal Server Error", "the log says what went wrong");
  }

  /**
   * A NEED ended before it could be cancelled.
   *
   * @param end how: members of its document
   */
  static Response alreadyEnded(JsonObject end) {
    return of(
        409,
        "ALREADY_ENDED",
        "Conflict",
        "the NEED has ended otherwise, and that stands",
        Map.of("finalize", end));
  }

  /**
   * Any problem.
   *
   * @param code names the cause for programs
   * @param title the same for every problem of this code
   * @param detail what is wrong with this request
   */
  public static Response of(int status, String code, String title, String detail) {
    return of(status, code, title, detail, Map.of());
  }

  private static Response of(
      int status, String code, String title, String detail, Map<String, JsonObject> more) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status)
            .put("code", code)
            .put("detail", detail);
    more.forEach(body::put);
    return new Response(status, TYPE, Map.of(), CanonicalJson.write(body.build()));
  }
}
