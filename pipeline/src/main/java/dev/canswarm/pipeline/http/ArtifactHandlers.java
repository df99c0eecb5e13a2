package dev.canswarm.pipeline.http;

import dev.canswarm.crypto.Sha256;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * {@code /v1/artifacts}. An artifact is sent as an attachment without a specific media type, so
 * that no browser shows it as a page or runs it.
 */
final class ArtifactHandlers {
  /** Most artifacts in memory at one time, since each is read whole and sent from there. */
  static final int IN_MEMORY_MAX = 2;

  private static final String TYPE = "application/octet-stream";

  private final Function<String, Mono<byte[]>> artifacts;
  private final Places places = new Places(IN_MEMORY_MAX, "too many artifacts are being read");

  /**
   * @param artifacts reads one by its address; empty if there is none
   */
  ArtifactHandlers(Function<String, Mono<byte[]>> artifacts) {
    this.artifacts = artifacts;
  }

  /** Handles {@code GET /v1/artifacts/{sha256}}: 200, 404, or 503 if too many are being read. */
  Mono<Response> get(Request request) {
    String address = request.variable("sha256");
    if (!Sha256.isHex(address)) {
      return Mono.just(
          Problem.badRequest("BAD_ADDRESS", "expected 64 hexadecimal digits, got " + address));
    }
    return places.hold(
        () ->
            artifacts
                .apply(address)
                .map(content -> attachment(address, content))
                .defaultIfEmpty(Problem.notFound(request.path())));
  }

  private static Response attachment(String address, byte[] content) {
    Map<String, String> headers =
        Map.of(
            "Content-Disposition", "attachment; filename=\"" + address + "\"",
            "Content-Security-Policy", "default-src 'none'; sandbox",
            "ETag", "\"" + address + "\"");
    return new Response(200, TYPE, headers, content);
  }
}
