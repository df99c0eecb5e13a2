package dev.canswarm.pipeline.http;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Finalize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/** The handlers of {@code /v1/needs}. */
final class NeedHandlers {
  static final Duration WAIT_MAX = Duration.ofSeconds(60);

  /** Intervals at which the store is asked while a client waits: at first, and later. */
  private static final Duration LOOK_FIRST = Duration.ofMillis(50);

  private static final Duration LOOK_LAST = Duration.ofMillis(500);

  /** Longest time to read the NEED when the wait is over, less than is left for the response. */
  private static final Duration LAST_LOOK_MAX = Duration.ofSeconds(5);

  /** Most bytes of a request to cancel: a reason of characters that are all escaped. */
  static final int CANCEL_BYTES_MAX = 16 << 10;

  private static final List<String> END_MEMBERS =
      List.of("finalize_id", "outcome", "reason", "result_hash", "ended_ms");

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,3}");
  private static final String JSON = "application/json";

  private final Needs needs;
  private final Scheduler timer;

  /** Signals internally that a NEED is still open and the store has to be asked again. */
  private static final class StillOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StillOpenException() {
      super("still open", null, false, false);
    }
  }

  NeedHandlers(Needs needs, Scheduler timer) {
    this.needs = needs;
    this.timer = timer;
  }

  /** Handles {@code GET /v1/needs/{id}}; {@code ?wait=SECONDS} waits for the end of the NEED. */
  Mono<Response> get(Request request) {
    String text = request.variable("id");
    Duration wait = waitOf(request);
    NeedId id = NeedId.parse(text).orElse(null);
    if (id == null) {
      return Mono.just(Problem.badRequest("BAD_ID", "expected 64 hexadecimal digits, got " + text));
    }
    return ended(id, wait)
        .map(found -> Response.json(200, found.document()))
        .defaultIfEmpty(Problem.notFound(request.path()));
  }

  /**
   * Handles {@code POST /v1/needs}: 202 with its location; {@code ?wait=SECONDS} waits for the end.
   */
  Mono<Response> post(Request request) {
    Duration wait = waitOf(request);
    checkJson(request);
    Needs.Submission submission =
        new Needs.Submission(
            Optional.ofNullable(request.query().get("thread")),
            request.header("idempotency-key"),
            request.body());
    return needs.submit(submission).flatMap(sent -> answer(sent, wait));
  }

  private Mono<Response> answer(Needs.Submitted sent, Duration wait) {
    String location = location(sent);
    Response open = accepted(sent);
    if (wait.isZero()) {
      return Mono.just(open);
    }
    return ended(sent.needId(), wait)
        .map(
            found ->
                found.ended()
                    ? Response.json(200, found.document()).with("Location", location)
                    : open)
        .transform(end -> orAccepted(open, wait, end));
  }

  /**
   * Returns the response to a message that was sent, or the given one if the store does not answer:
   * by an error the client would think that nothing was sent.
   */
  private Mono<Response> orAccepted(Response accepted, Duration wait, Mono<Response> end) {
    return end.defaultIfEmpty(accepted)
        .timeout(wait.plus(LAST_LOOK_MAX), Mono.just(accepted), timer)
        .onErrorReturn(RetryableException.class, accepted);
  }

  private static String location(Needs.Submitted sent) {
    return "/v1/needs/" + sent.needId();
  }

  private static Response accepted(Needs.Submitted sent) {
    String location = location(sent);
    JsonObject accepted =
        JsonObject.builder()
            .put("need_id", sent.needId().text())
            .put("thread_id", sent.threadId().text())
            .put("state", "open")
            .put("href", location)
            .build();
    return Response.json(202, accepted).with("Location", location);
  }

  /**
   * Handles {@code POST /v1/needs/{id}/cancel}: 202 once Kafka has the CANCEL, and 200 once the
   * NEED has ended by it; 409 with the stored FINALIZE if it ended otherwise.
   */
  Mono<Response> cancel(Request request) {
    String text = request.variable("id");
    Duration wait = waitOf(request);
    NeedId id = NeedId.parse(text).orElse(null);
    if (id == null) {
      return Mono.just(Problem.badRequest("BAD_ID", "expected 64 hexadecimal digits, got " + text));
    }
    Cancel cancel = cancelOf(request);
    return needs
        .find(id)
        .flatMap(
            found ->
                found.ended()
                    ? Mono.just(ended(found))
                    : needs.cancel(id, cancel).flatMap(sent -> cancelled(sent, wait)))
        .defaultIfEmpty(Problem.notFound(request.path()));
  }

  private Mono<Response> cancelled(Needs.Submitted sent, Duration wait) {
    Response open = accepted(sent);
    return wait.isZero()
        ? Mono.just(open)
        : ended(sent.needId(), wait)
            .map(found -> found.ended() ? ended(found) : open)
            .transform(end -> orAccepted(open, wait, end));
  }

  /** Returns the response for a NEED that has ended: 200 if it was cancelled, else 409. */
  private static Response ended(Needs.Found found) {
    Map<String, JsonValue> members = found.document().members();
    if (new JsonString(Finalize.CANCELLED).equals(members.get("reason"))) {
      return Response.json(200, found.document());
    }
    TreeMap<String, JsonValue> end = new TreeMap<>();
    for (String name : END_MEMBERS) {
      JsonValue value = members.get(name);
      if (value != null) {
        end.put(name, value);
      }
    }
    return Problem.alreadyEnded(JsonObject.of(end));
  }

  private static Cancel cancelOf(Request request) {
    if (request.body().length == 0) {
      return new Cancel(null);
    }
    checkJson(request);
    try {
      return Cancel.parse(StrictJson.parseObject(request.body()));
    } catch (JsonException e) {
      throw unprocessable("MALFORMED_JSON", e);
    } catch (ShapeException e) {
      throw unprocessable("BAD_SHAPE", e);
    }
  }

  private static ProblemException unprocessable(String code, RuntimeException why) {
    return new ProblemException(
        Problem.of(422, code, "Unprocessable Content", String.valueOf(why.getMessage())));
  }

  /**
   * Requires the JSON type: other types could come from a foreign page without a CORS preflight.
   */
  private static void checkJson(Request request) {
    String type = request.header("content-type").orElse("");
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)) {
      throw new ProblemException(
          Problem.of(415, "NOT_JSON", "Unsupported Media Type", "expected Content-Type " + JSON));
    }
  }

  /**
   * Returns the stored NEED once it has ended, or when the wait is over. Meanwhile the store may be
   * away.
   */
  private Mono<Needs.Found> ended(NeedId id, Duration wait) {
    if (wait.isZero()) {
      return needs.find(id);
    }
    return Mono.defer(() -> needs.hasEnded(id))
        .filter(ended -> ended)
        .switchIfEmpty(Mono.error(StillOpenException::new))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, LOOK_FIRST)
                .maxBackoff(LOOK_LAST)
                .scheduler(timer)
                .filter(
                    failure ->
                        failure instanceof StillOpenException
                            || failure instanceof RetryableException))
        .then()
        .timeout(wait, Mono.empty(), timer)
        .then(Mono.defer(() -> needs.find(id)));
  }

  private static Duration waitOf(Request request) {
    String text = request.query().getOrDefault("wait", "0");
    if (!SECONDS.matcher(text).matches() || Integer.parseInt(text) > WAIT_MAX.toSeconds()) {
      throw new ProblemException(
          Problem.badRequest("BAD_WAIT", "expected wait of 0 to 60 seconds, got " + text));
    }
    return Duration.ofSeconds(Integer.parseInt(text));
  }
}
