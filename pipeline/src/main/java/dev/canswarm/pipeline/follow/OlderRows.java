package dev.canswarm.pipeline.follow;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the rows that a follower missed, page by page on demand. Never blocks; thread-safe. */
final class OlderRows {
  private final LogReader log;

  OlderRows(LogReader log) {
    this.log = log;
  }

  /**
   * Returns the current position of the op-log; fails with {@link FollowException} if {@code after}
   * is later.
   */
  Mono<Position> known(Position after) {
    return log.now()
        .doOnNext(
            now -> {
              if (after.transaction() > now.transaction()) {
                throw new FollowException(
                    FollowException.Cause.UNKNOWN_POSITION,
                    "expected a position of at most %s, got %s".formatted(now, after));
              }
            });
  }

  /** Reads all pages after a position on demand. */
  Flux<LogReader.Page> pages(EventFilter filter, Position after) {
    Selection wanted = Selection.of(List.of(filter)).uncounted();
    return Flux.defer(
        () -> {
          AtomicReference<LogReader.Bounds> bounds =
              new AtomicReference<>(LogReader.Bounds.first(LogFeed.PAGE_ROWS_MAX));
          Function<Position, Mono<LogReader.Page>> read =
              position ->
                  filter.needId().isPresent()
                      ? log.ofNeed(filter.needId().get(), position, LogFeed.PAGE_ROWS_MAX)
                      : log.after(position, wanted, bounds.get());
          return read.apply(after)
              .expand(
                  page -> {
                    bounds.updateAndGet(last -> last.after(page));
                    return page.complete() ? Mono.empty() : read.apply(page.end());
                  });
        });
  }

  /** Returns the events of a page that a filter passes, as they are sent together. */
  static Flux<List<FeedEvent>> parts(EventFilter filter, LogReader.Page page) {
    return Flux.fromIterable(page.entries())
        .filter(filter::covers)
        .<FeedEvent>map(FeedEvent.Said::new)
        .buffer(Follower.PART_EVENTS_MAX);
  }
}
