package dev.canswarm.pipeline.follow;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Tells any number of followers what is stored, from one reader of the op-log per process, which
 * reads only while somebody follows.
 *
 * <p>A follower that names a position first reads what came after it by itself, page by page as it
 * asks for them, while what is stored meanwhile waits in its buffer; positions tell what is in
 * both. So nothing is missing and nothing comes twice. A follower whose buffer is full is told what
 * is in it and then no more: it can follow again from the last position that it was told. The
 * others do not notice.
 *
 * <p>Never blocks; thread-safe.
 */
public final class LogFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);

  /** Followers at one time, those included that read what is left in their buffer. */
  public static final int FOLLOWERS_MAX = 32;

  /** Events that wait for one follower. */
  static final int FOLLOWER_EVENTS_MAX = 1_024;

  /** Rows of one read. */
  static final int PAGE_ROWS_MAX = 200;

  /** How long the reader waits when there was nothing more to read. */
  static final Duration POLL = Duration.ofMillis(100);

  /** How often a follower is told how far it is, though nothing came. */
  static final Duration MARK_EVERY = Duration.ofSeconds(15);

  private static final long RATES_EVERY_MILLIS = 1_000;
  private static final Duration RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration RETRY_MAX = Duration.ofSeconds(5);

  private final LogReader log;
  private final Scheduler compute;
  private final Scheduler timer;
  private final Set<Follower> followers = new LinkedHashSet<>();
  private int streams;
  private @Nullable Reading reading;

  /**
   * @param compute reads what messages say
   * @param timer waits
   */
  public LogFeed(LogReader log, Scheduler compute, Scheduler timer) {
    this.log = log;
    this.compute = compute;
    this.timer = timer;
  }

  /** One follower and what waits for it. */
  private static final class Follower {
    private final EventFilter filter;
    private @Nullable Position toldAtStart;
    private boolean isGone;
    private final Sinks.Many<FeedEvent> events =
        Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(FOLLOWER_EVENTS_MAX));

    Follower(EventFilter filter) {
      this.filter = filter;
    }

    /** Whether there was room. */
    boolean offer(FeedEvent event) {
      return events.tryEmitNext(event).isSuccess();
    }
  }

  /** The reader, from the first follower's coming to the last one's leaving. */
  private final class Reading {
    private final Sinks.One<Position> begun = Sinks.one();
    private final RateMeter meter = new RateMeter(timer.now(TimeUnit.MILLISECONDS));
    private final Disposable running;
    private Position position = Position.START;

    /** What all who followed then were told of. */
    private @Nullable Position told;

    private long markedMillis;

    Reading() {
      running =
          log.now()
              .retryWhen(outages())
              .doOnNext(this::begin)
              .thenMany(
                  Mono.defer(() -> log.after(position, PAGE_ROWS_MAX))
                      .retryWhen(outages())
                      .publishOn(compute)
                      .doOnNext(this::tell)
                      .flatMap(page -> page.complete() ? Mono.delay(POLL, timer) : Mono.just(0L))
                      .repeat())
              .subscribe(page -> {}, failure -> fail(this, failure));
    }

    private void begin(Position from) {
      position = from;
      begun.tryEmitValue(from);
    }

    private void tell(LogReader.Page page) {
      position = page.end();
      long now = timer.now(TimeUnit.MILLISECONDS);
      ArrayDeque<FeedEvent> last = new ArrayDeque<>();
      if (now - markedMillis >= MARK_EVERY.toMillis()) {
        markedMillis = now;
        last.add(new FeedEvent.Mark(position));
      }
      List<Follower> all = toTell(this);
      if (all.stream().anyMatch(follower -> follower.filter.rates())) {
        page.entries().forEach(meter::count);
        if (meter.ageMillis(now) >= RATES_EVERY_MILLIS) {
          last.add(new FeedEvent.Rate(meter.take(now)));
        }
      } else {
        meter.take(now);
      }
      List<FeedEvent> said = page.entries().stream().<FeedEvent>map(FeedEvent.Said::new).toList();
      for (Follower follower : all) {
        if (!told(follower, said) || !told(follower, last)) {
          tellNoMore(follower);
          follower.events.tryEmitComplete();
        }
      }
    }

    /** Whether all of it went into the follower's buffer. */
    private boolean told(Follower follower, Iterable<FeedEvent> events) {
      for (FeedEvent event : events) {
        if (wants(follower.filter, event) && !follower.offer(event)) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean wants(EventFilter filter, FeedEvent event) {
    if (event instanceof FeedEvent.Said said) {
      return filter.covers(said.entry());
    }
    return event instanceof FeedEvent.Mark || filter.rates();
  }

  private Retry outages() {
    return Retry.backoff(Long.MAX_VALUE, RETRY_FIRST)
        .maxBackoff(RETRY_MAX)
        .scheduler(timer)
        .filter(RetryableException.class::isInstance);
  }

  /**
   * Follows what is stored.
   *
   * @param after the last position that was told; empty for what comes from now on
   * @return without end, unless the follower is too slow; an error is a {@link FollowException}, or
   *     {@link RetryableException} for an outage while it reads what it has missed
   */
  public Flux<FeedEvent> follow(EventFilter filter, Optional<Position> after) {
    return open(filter, after)
        .flatMapMany(stream -> stream.events().doFinally(end -> stream.leave().run()));
  }

  /**
   * What a follower is told.
   *
   * @param events as {@link #follow} has them; subscribe once
   * @param leave to be run when the events are not wanted any more, whether or not they were
   *     subscribed to
   */
  public record Stream(Flux<FeedEvent> events, Runnable leave) {}

  /** Does as {@link #follow}, and says at once whether it may, before anything is told. */
  public Mono<Stream> open(EventFilter filter, Optional<Position> after) {
    return Mono.defer(
        () -> {
          Follower follower = new Follower(filter);
          Reading joined = join(follower);
          Position told = follower.toldAtStart;
          return joined
              .begun
              .asMono()
              .flatMap(
                  from ->
                      after.isPresent()
                          ? known(after.get()).map(now -> missed(follower, after.get()))
                          : Mono.just(fromNowOn(follower, told == null ? from : told)))
              .map(events -> new Stream(events, () -> leave(follower)))
              .doOnError(refused -> leave(follower))
              .doOnCancel(() -> leave(follower));
        });
  }

  private static Flux<FeedEvent> fromNowOn(Follower follower, Position told) {
    FeedEvent mark = new FeedEvent.Mark(told);
    return follower.events.asFlux().startWith(mark);
  }

  private Mono<Position> known(Position after) {
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

  private Flux<FeedEvent> missed(Follower follower, Position after) {
    AtomicReference<Position> end = new AtomicReference<>(after);
    Flux<FeedEvent> past =
        pages(source(follower.filter), after)
            .doOnNext(page -> end.set(page.end()))
            .concatMapIterable(LogReader.Page::entries, 1)
            .filter(follower.filter::covers)
            .map(FeedEvent.Said::new);
    Flux<FeedEvent> marked = Flux.defer(() -> Flux.just(new FeedEvent.Mark(end.get())));
    Flux<FeedEvent> live = follower.events.asFlux().filter(event -> isLater(event, end.get()));
    return Flux.concat(past, marked, live);
  }

  private static boolean isLater(FeedEvent event, Position end) {
    if (event instanceof FeedEvent.Said said) {
      return said.entry().position().isAfter(end);
    }
    return !(event instanceof FeedEvent.Mark mark) || mark.position().isAfter(end);
  }

  private BiFunction<Position, Integer, Mono<LogReader.Page>> source(EventFilter filter) {
    return filter
        .needId()
        .<BiFunction<Position, Integer, Mono<LogReader.Page>>>map(
            id -> (position, rows) -> log.ofNeed(id, position, rows))
        .orElse(log::after);
  }

  private static Flux<LogReader.Page> pages(
      BiFunction<Position, Integer, Mono<LogReader.Page>> source, Position after) {
    return source
        .apply(after, PAGE_ROWS_MAX)
        .expand(page -> page.complete() ? Mono.empty() : source.apply(page.end(), PAGE_ROWS_MAX));
  }

  private synchronized Reading join(Follower follower) {
    if (streams >= FOLLOWERS_MAX) {
      throw new FollowException(
          FollowException.Cause.TOO_MANY, FOLLOWERS_MAX + " follow already, which is the most");
    }
    streams++;
    followers.add(follower);
    if (reading == null) {
      reading = new Reading();
    }
    follower.toldAtStart = reading.told;
    return reading;
  }

  private synchronized void leave(Follower follower) {
    if (!follower.isGone) {
      follower.isGone = true;
      streams--;
    }
    tellNoMore(follower);
  }

  /** It still counts: its buffer is held until its stream ends. */
  private synchronized void tellNoMore(Follower follower) {
    followers.remove(follower);
    if (followers.isEmpty() && reading != null) {
      reading.running.dispose();
      reading = null;
    }
  }

  /** The followers of a page; who joins after this begins where the page ends. */
  private synchronized List<Follower> toTell(Reading teller) {
    teller.told = teller.position;
    return List.copyOf(followers);
  }

  /** A defect: whoever follows is told the end, and the next one begins anew. */
  private void fail(Reading failed, Throwable failure) {
    LOG.warn("the op-log cannot be read along", failure);
    List<Follower> all;
    synchronized (this) {
      all = List.copyOf(followers);
      followers.clear();
      if (reading == failed) {
        reading = null;
      }
    }
    failed.begun.tryEmitError(failure);
    all.forEach(follower -> follower.events.tryEmitComplete());
  }

  /** Ends all followers. */
  @Override
  public void close() {
    List<Follower> all;
    synchronized (this) {
      all = List.copyOf(followers);
      followers.clear();
      if (reading != null) {
        reading.running.dispose();
        reading = null;
      }
    }
    all.forEach(follower -> follower.events.tryEmitComplete());
  }
}
