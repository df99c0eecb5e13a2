package dev.canswarm.pipeline.http;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.follow.EventFilter;
import dev.canswarm.pipeline.follow.FollowException;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.MessageText;
import dev.canswarm.pipeline.follow.Position;
import dev.canswarm.port.SlotRow;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * {@code /v1/events} and {@code /v1/needs/{id}/events}: server-sent events, whose ids are positions
 * in the op-log. A stream ends when the client leaves or is too slow, or the process stops; a
 * client that then sends its {@code Last-Event-ID} continues from there.
 */
final class EventHandlers {
  static final String TYPE = "text/event-stream";
  private static final int SAMPLE_MAX = 4_096;
  private static final int RATE_MAX = 1_000;
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,3}");
  private static final Set<String> KINDS = kinds();

  private final LogFeed feed;

  EventHandlers(LogFeed feed) {
    this.feed = feed;
  }

  private static Set<String> kinds() {
    TreeSet<String> kinds =
        Arrays.stream(Verb.values()).map(Verb::name).collect(Collectors.toCollection(TreeSet::new));
    kinds.add(SlotRow.VERDICT);
    kinds.add(MessageText.DEAD_LETTER);
    return kinds;
  }

  /** Handles {@code GET /v1/events}. */
  Mono<Response> all(Request request) {
    Optional<String> asked = Optional.ofNullable(request.query().get("thread"));
    Optional<ThreadId> thread = asked.flatMap(ThreadId::parse);
    if (asked.isPresent() && thread.isEmpty()) {
      return refused("BAD_THREAD_ID", "expected a thread of " + ThreadId.FORM);
    }
    String kinds = request.query().getOrDefault("kind", "");
    Set<String> wanted =
        kinds.isEmpty() ? Set.of() : new TreeSet<>(Arrays.asList(kinds.split(",", -1)));
    if (!KINDS.containsAll(wanted)) {
      return refused("BAD_KIND", "expected some of %s, got %s".formatted(KINDS, kinds));
    }
    OptionalInt sample = number(request, "sample", SAMPLE_MAX);
    OptionalInt rateMax = number(request, "rate_max", RATE_MAX);
    if (request.query().containsKey("sample") && sample.isEmpty()) {
      return refused("BAD_SAMPLE", "expected sample of 1 to " + SAMPLE_MAX);
    }
    if (request.query().containsKey("rate_max") && rateMax.isEmpty()) {
      return refused("BAD_SAMPLE", "expected rate_max of 1 to " + RATE_MAX);
    }
    int oneOf = sample.orElse(1);
    if (rateMax.isPresent() && Integer.bitCount(oneOf) != 1) {
      return refused("BAD_SAMPLE", "with rate_max expected a power of two, got " + oneOf);
    }
    return stream(
        request,
        new EventFilter(Optional.empty(), thread, wanted, oneOf, rateMax, request.flag("rates")));
  }

  /** Returns the number that a parameter gives; empty if it gives none from 1 to the bound. */
  private static OptionalInt number(Request request, String parameter, int max) {
    String text = request.query().getOrDefault(parameter, "");
    return NUMBER.matcher(text).matches() && Integer.parseInt(text) <= max
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  /** Handles {@code GET /v1/needs/{id}/events}; without a position it starts with the NEED. */
  Mono<Response> ofNeed(Request request) {
    String id = request.variable("id");
    return NeedId.parse(id)
        .map(need -> stream(request, EventFilter.ofNeed(need)))
        .orElseGet(() -> refused("BAD_ID", "expected 64 hexadecimal digits, got " + id));
  }

  private Mono<Response> stream(Request request, EventFilter filter) {
    // A page's first request cannot have a header; when it reconnects, the header is newer.
    Optional<String> asked =
        request
            .header("last-event-id")
            .filter(id -> !id.isEmpty())
            .or(() -> Optional.ofNullable(request.query().get("after")))
            .filter(id -> !id.equals("now"));
    Optional<Position> after = asked.flatMap(Position::parse);
    if (asked.isPresent() && after.isEmpty()) {
      return badPosition("expected a position as events have it, got " + asked.get());
    }
    if (after.isEmpty() && filter.needId().isPresent()) {
      after = Optional.of(Position.START);
    }
    return feed.open(filter, after)
        .map(
            stream ->
                Response.streaming(TYPE, stream.parts().map(EventFrames::of))
                    .whenSent(stream.leave()))
        .onErrorResume(FollowException.class, refused -> Mono.just(refusal(refused)));
  }

  private static Response refusal(FollowException refused) {
    String why = String.valueOf(refused.getMessage());
    return switch (refused.why()) {
      case TOO_MANY -> Problem.busy(why);
      case UNKNOWN_POSITION -> Problem.badRequest("BAD_POSITION", why);
    };
  }

  private static Mono<Response> badPosition(String detail) {
    return refused("BAD_POSITION", detail);
  }

  private static Mono<Response> refused(String code, String detail) {
    return Mono.just(Problem.badRequest(code, detail));
  }
}
