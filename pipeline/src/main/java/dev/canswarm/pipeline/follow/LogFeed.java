package dev.canswarm.pipeline.follow;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
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
 * Sends stored rows to any number of followers, up to {@link #FOLLOWERS_MAX}, from one reader of
 * the op-log per process, which reads only while there are followers.
 *
 * <p>A follower that names a position first reads the rows after it, page by page on demand, while
 * new rows wait in its buffer. Rows that are in both are recognised by their positions, so no row
 * is missing and none comes twice. A follower whose buffer is full receives the content of the
 * buffer, and then its stream ends; it can follow again from the last position that it received.
 * Other followers are not affected.
 *
 * <p>Never blocks; thread-safe.
 */
public final class LogFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);

  /** Most followers at one time, including those that still read the rest of their buffer. */
  public static final int FOLLOWERS_MAX = 32;

  /** Events that wait for one follower. */
  static final int FOLLOWER_EVENTS_MAX = 1_024;

  /** Rows of one read. */
  static final int PAGE_ROWS_MAX = 200;

  /** Pause of the reader when there were no more rows. */
  static final Duration POLL = Duration.ofMillis(100);

  /** Time without events after which a follower receives its position. */
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
   * @param compute parses messages
   * @param timer waits
   */
  public LogFeed(LogReader log, Scheduler compute, Scheduler timer) {
    this.log = log;
    this.compute = compute;
    this.timer = timer;
  }

  /** A follower with its buffer of events. */
  private static final class Follower {
    private final EventFilter filter;
    private @Nullable Position toldAtStart;
    private boolean isGone;
    private final Sinks.Many<FeedEvent> events =
        Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(FOLLOWER_EVENTS_MAX));

    Follower(EventFilter filter) {
      this.filter = filter;
    }

    /** Adds an event; returns false if the buffer is full. */
    boolean offer(FeedEvent event) {
      return events.tryEmitNext(event).isSuccess();
    }
  }

  /** The reader, which runs from the arrival of the first follower to the end of the last. */
  private final class Reading {
    private final Sinks.One<Position> begun = Sinks.one();
    private final RateMeter meter = new RateMeter(timer.now(TimeUnit.MILLISECONDS));
    private final Disposable running;
    private Position position = Position.START;

    /** The kinds of rows of the page that is being read; all if there is none. */
    private Set<String> kinds = Set.of();

    /** Position of the last page that was sent to all followers of its time. */
    private @Nullable Position told;

    private long markedMillis;

    Reading() {
      running =
          log.now()
              .retryWhen(outages())
              .doOnNext(this::begin)
              .thenMany(
                  Mono.defer(this::next)
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

    /** Reads only rows that somebody wants: of nine rows of a NEED the live page wants two. */
    private Mono<LogReader.Page> next() {
      kinds = kindsWanted();
      return log.after(position, kinds, PAGE_ROWS_MAX);
    }

    private void tell(LogReader.Page page) {
      List<Follower> all = toTell(this, page);
      if (all.isEmpty()) {
        return;
      }
      long now = timer.now(TimeUnit.MILLISECONDS);
      ArrayDeque<FeedEvent> last = new ArrayDeque<>();
      if (now - markedMillis >= MARK_EVERY.toMillis()) {
        markedMillis = now;
        last.add(new FeedEvent.Mark(position));
      }
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

    /** Adds events to the follower's buffer; returns false if one did not fit. */
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
   * Follows the op-log.
   *
   * @param after the last position that the follower received; empty for new rows only
   * @return events without end, unless the follower is too slow; an error is a {@link
   *     FollowException}, or {@link RetryableException} for an outage while it reads older rows
   */
  public Flux<FeedEvent> follow(EventFilter filter, Optional<Position> after) {
    return open(filter, after)
        .flatMapMany(stream -> stream.events().doFinally(end -> stream.leave().run()));
  }

  /**
   * The events of one follower.
   *
   * @param events as {@link #follow} has them; subscribe once
   * @param leave to be run when the events are not wanted any more, whether or not they were
   *     subscribed to
   */
  public record Stream(Flux<FeedEvent> events, Runnable leave) {}

  /** Does the same as {@link #follow}, but reports a refusal before the first event. */
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
        .orElse((position, rows) -> log.after(position, filter.kindsRead(), rows));
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

  /**
   * Stops adding events; the follower still counts, since its buffer is held until its stream ends.
   */
  private synchronized void tellNoMore(Follower follower) {
    followers.remove(follower);
    if (followers.isEmpty() && reading != null) {
      reading.running.dispose();
      reading = null;
    }
  }

  /**
   * Returns the followers of a page; a follower that joins later begins where the page ends. None
   * if one has joined since who wants other kinds of rows: the page is then read again with these.
   */
  private synchronized List<Follower> toTell(Reading teller, LogReader.Page page) {
    Set<String> kinds = teller.kinds;
    Set<String> wanted = kindsWanted();
    if (!kinds.isEmpty() && (wanted.isEmpty() || !kinds.containsAll(wanted))) {
      return List.of();
    }
    teller.position = page.end();
    teller.told = page.end();
    return List.copyOf(followers);
  }

  /** Returns the kinds of rows that any follower wants; all if there is none. */
  private synchronized Set<String> kindsWanted() {
    Set<String> wanted = new HashSet<>();
    for (Follower follower : followers) {
      Set<String> read = follower.filter.kindsRead();
      if (read.isEmpty()) {
        return Set.of();
      }
      wanted.addAll(read);
    }
    return wanted;
  }

  /** Ends the streams of all followers after a defect; the next follower starts a new reader. */
  private void fail(Reading failed, Throwable failure) {
    LOG.warn("following the op-log failed; its followers are disconnected", failure);
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

  /** Ends the streams of all followers, and stops reading. */
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
