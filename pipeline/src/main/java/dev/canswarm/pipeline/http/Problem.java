package dev.canswarm.pipeline.http;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import java.util.Map;

/** Problem responses as in RFC 9457, with a member {@code code} in addition. Stateless. */
public final class Problem {
  /** The media type of a problem. */
  public static final String TYPE = "application/problem+json";

  private static final String RETRY_AFTER = "Retry-After";

  private Problem() {}

  /** Returns 404: nothing answers this path. */
  public static Response notFound(String path) {
    return of(404, "NOT_FOUND", "Not Found", "there is nothing at " + path);
  }

  /** Returns 400: the request itself is wrong. */
  public static Response badRequest(String code, String detail) {
    return of(400, code, "Bad Request", detail);
  }

  /** Returns 413: the body is longer than {@code bytesMax}. */
  static Response tooLarge(int bytesMax) {
    return of(413, "TOO_LARGE", "Content Too Large", "expected at most " + bytesMax + " bytes");
  }

  /** Returns 503: the process is busy; the client may retry after a second. */
  static Response busy(String why) {
    return of(503, "BUSY", "Service Unavailable", why).with(RETRY_AFTER, "1");
  }

  /** Returns 429: so many NEEDs are open that no more are taken. */
  public static Response tooManyOpen() {
    return of(429, "TOO_MANY_OPEN", "Too Many Requests", "too many NEEDs are open")
        .with(RETRY_AFTER, "1");
  }

  /** Returns 503: a server that is needed for the answer cannot be reached. */
  static Response serverAway(String what) {
    return of(503, "SERVER_AWAY", "Service Unavailable", what).with(RETRY_AFTER, "5");
  }

  /** Returns 405, with the methods that the path takes. */
  static Response methodNotAllowed(String method, String allowed) {
    return of(405, "METHOD_NOT_ALLOWED", "Method Not Allowed", method + " is not for this path")
        .with("Allow", allowed);
  }

  /** Returns 421: the request names a host that is not this server. */
  static Response foreignHost() {
    return of(
        421,
        "FOREIGN_HOST",
        "Misdirected Request",
        "the Host header names another server; use 127.0.0.1, [::1] or localhost");
  }

  /** Returns 403: a page of another origin made the request. */
  static Response foreignOrigin() {
    return of(403, "FOREIGN_ORIGIN", "Forbidden", "pages of other origins get nothing");
  }

  /** Returns 401: the request has no token, or a wrong one. */
  static Response unauthorized() {
    return of(401, "TOKEN_NEEDED", "Unauthorized", "send Authorization: Bearer and the token")
        .with("WWW-Authenticate", "Bearer realm=\"can-swarm\"");
  }

  /** Returns 503 while the process starts or stops. */
  static Response notServing(String why) {
    return of(503, "NOT_SERVING", "Service Unavailable", why).with(RETRY_AFTER, "1");
  }

  /** Returns 500 for a defect; the cause is only logged. */
  static Response internal() {
    return of(500, "INTERNAL", "Internal Server Error", "the log says what went wrong");
  }

  /**
   * Returns 409: the NEED ended before it could be cancelled.
   *
   * @param end how: members of its document
   */
  static Response alreadyEnded(JsonObject end) {
    return of(
        409,
        "ALREADY_ENDED",
        "Conflict",
        "the NEED had already ended with another outcome, which is final",
        Map.of("finalize", end));
  }

  /**
   * Returns a problem response.
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
