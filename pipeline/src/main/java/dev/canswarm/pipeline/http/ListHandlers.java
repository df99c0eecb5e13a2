package dev.canswarm.pipeline.http;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.follow.ListKeeper;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.port.RetryableException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/**
 * Handlers of the lists {@code GET /v1/needs}, {@code /v1/threads/{id}} and {@code
 * /v1/dead-letters}. A list is updated before it is read, so that a client that has just seen an
 * event finds it.
 */
final class ListHandlers {
  private static final int ROWS_DEFAULT = 50;
  private static final Set<String> OUTCOMES = Set.of("ACCEPTED", "REJECTED", "EXPIRED");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final int TASK_TYPE_CHARS_MAX = 256;

  private final NeedList list;

  ListHandlers(NeedList list) {
    this.list = list;
  }

  /** Handles {@code GET /v1/needs}. */
  Mono<Response> needs(Request request) {
    NeedList.Filter filter = filter(request);
    return page(filter).map(page -> Response.json(200, json(page).build()));
  }

  /** Handles {@code GET /v1/threads/{id}}. */
  Mono<Response> thread(Request request) {
    String text = request.variable("id");
    ThreadId id =
        ThreadId.parse(text)
            .orElseThrow(() -> bad("BAD_THREAD_ID", "a thread of " + ThreadId.FORM, text));
    NeedList.Filter filter = filter(request).ofThread(id);
    return page(filter)
        .map(
            page ->
                page.items().isEmpty() && filter.cursor().isEmpty()
                    ? Problem.notFound(request.path())
                    : Response.json(200, json(page).put("thread_id", id.text()).build()));
  }

  /** Handles {@code GET /v1/dead-letters}. */
  Mono<Response> deadLetters(Request request) {
    int limit = limit(request);
    Optional<String> cursor = parameter(request, "cursor");
    Optional<Position> before = cursor.flatMap(Position::parse);
    if (cursor.isPresent() && before.isEmpty()) {
      throw bad("BAD_CURSOR", "the member next of a page", cursor.get());
    }
    return list.deadLetters(before, limit).map(letters -> Response.json(200, json(letters, limit)));
  }

  private Mono<NeedList.Page> page(NeedList.Filter filter) {
    return list.follow(ListKeeper.ROWS_MAX)
        .onErrorResume(RetryableException.class, away -> Mono.just(0))
        .then(Mono.defer(() -> list.list(filter)));
  }

  private static NeedList.Filter filter(Request request) {
    Optional<NeedList.State> state =
        parameter(request, "state")
            .map(
                text ->
                    switch (text) {
                      case "open" -> NeedList.State.OPEN;
                      case "ended" -> NeedList.State.ENDED;
                      default -> throw bad("BAD_FILTER", "state open or ended", text);
                    });
    return new NeedList.Filter(
        state,
        checked(
            request,
            "outcome",
            OUTCOMES::contains,
            "BAD_FILTER",
            "outcome ACCEPTED, REJECTED or EXPIRED"),
        checked(
            request,
            "type",
            text -> text.length() <= TASK_TYPE_CHARS_MAX && text.indexOf('\0') < 0,
            "BAD_FILTER",
            "a task type"),
        checked(
                request,
                "thread",
                EnvelopeIds::isThreadId,
                "BAD_THREAD_ID",
                "a thread of " + ThreadId.FORM)
            .map(ThreadId::new),
        checked(request, "artifact", Sha256::isHex, "BAD_ADDRESS", "64 hexadecimal digits"),
        number(request, "older_than_ms", "BAD_FILTER"),
        new NeedList.Window(number(request, "cursor", "BAD_CURSOR"), limit(request)));
  }

  private static Optional<String> checked(
      Request request, String name, Predicate<String> isGood, String code, String expected) {
    Optional<String> value = parameter(request, name);
    if (value.isPresent() && !isGood.test(value.get())) {
      throw bad(code, expected, value.get());
    }
    return value;
  }

  private static Optional<String> parameter(Request request, String name) {
    return Optional.ofNullable(request.query().get(name)).filter(text -> !text.isEmpty());
  }

  private static OptionalLong number(Request request, String name, String code) {
    return parameter(request, name).stream()
        .mapToLong(
            text -> {
              if (!NUMBER.matcher(text).matches()) {
                throw bad(code, name + " as a number", text);
              }
              return Long.parseLong(text);
            })
        .findFirst();
  }

  private static int limit(Request request) {
    long limit = number(request, "limit", "BAD_FILTER").orElse(ROWS_DEFAULT);
    if (limit < 1 || limit > NeedList.ROWS_MAX) {
      throw bad("BAD_FILTER", "limit of 1 to " + NeedList.ROWS_MAX, Long.toString(limit));
    }
    return (int) limit;
  }

  private static ProblemException bad(String code, String expected, String actual) {
    return new ProblemException(
        Problem.badRequest(code, "expected %s, got %s".formatted(expected, actual)));
  }

  /** A list is read from an index: it would have to read every NEED whole to verify its items. */
  private static JsonObject.Builder unverified() {
    return JsonObject.builder().put("verified", new JsonBoolean(false));
  }

  private static JsonObject.Builder json(NeedList.Page page) {
    JsonObject.Builder json =
        unverified()
            .put("needs", new JsonArray(page.items().stream().map(ListHandlers::json).toList()));
    page.next().ifPresent(next -> json.put("next", Long.toString(next)));
    return json;
  }

  private static JsonValue json(NeedList.Item item) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("need_id", item.needId().text())
            .put("thread_id", item.threadId().text())
            .put("sender_pk_b64", item.sender())
            .put("task_types", item.taskTypes())
            .put("state", item.endedMillis().isPresent() ? "ended" : "open")
            .put("phase", item.phase().toLowerCase(Locale.ROOT))
            .put("created_ms", item.createdMillis())
            .put("href", "/v1/needs/" + item.needId());
    item.endedMillis().ifPresent(millis -> json.put("ended_ms", millis));
    item.outcome().ifPresent(outcome -> json.put("outcome", outcome));
    item.reason().ifPresent(reason -> json.put("reason", reason));
    return json.build();
  }

  private static JsonObject json(List<NeedList.DeadLetter> letters, int limit) {
    JsonObject.Builder json =
        unverified()
            .put(
                "dead_letters",
                new JsonArray(
                    letters.stream()
                        .<JsonValue>map(
                            letter ->
                                JsonObject.builder()
                                    .put("source", letter.source())
                                    .put("reason", letter.reason())
                                    .put("stored_ms", letter.storedMillis())
                                    .build())
                        .toList()));
    if (letters.size() == limit) {
      json.put("next", letters.get(limit - 1).position().toString());
    }
    return json.build();
  }
}
