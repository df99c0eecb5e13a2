package dev.canswarm.pipeline.http;

import dev.canswarm.envelope.NeedId;
import reactor.core.publisher.Mono;

/** The handler of {@code GET /v1/needs/{id}/messages}. */
final class MessageHandlers {
  /** Most documents in memory at one time, since each holds all rows of a NEED. */
  static final int MADE_MAX = 4;

  private final NeedMessages messages;
  private final Places places = new Places(MADE_MAX, "too many documents are being read");

  MessageHandlers(NeedMessages messages) {
    this.messages = messages;
  }

  Mono<Response> get(Request request) {
    String text = request.variable("id");
    NeedId id = NeedId.parse(text).orElse(null);
    if (id == null) {
      return Mono.just(Problem.badRequest("BAD_ID", "expected 64 hexadecimal digits, got " + text));
    }
    return places.hold(
        () ->
            messages
                .of(id)
                .map(document -> Response.json(200, document))
                .defaultIfEmpty(Problem.notFound(request.path())));
  }
}
