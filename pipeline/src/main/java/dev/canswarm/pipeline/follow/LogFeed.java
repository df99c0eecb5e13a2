package dev.canswarm.pipeline.follow;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjIntConsumer;
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

  /** Rows of one read. */
  static final int PAGE_ROWS_MAX = 200;

  /** Pause of the reader when there were no more rows. */
  static final Duration POLL = Duration.ofMillis(100);

  /**
   * The same while all followers receive samples: then more rows come than anybody reads, and each
   * read costs the pipeline more than the rows that it returns.
   */
  static final Duration POLL_SAMPLED = Duration.ofMillis(400);

  /** Time without events after which a follower receives its position. */
  static final Duration MARK_EVERY = Duration.ofSeconds(15);

  private static final long RATES_EVERY_MILLIS = 1_000;
  private static final Duration RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration RETRY_MAX = Duration.ofSeconds(5);

  private final LogReader log;
  private final OlderRows older;
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
    this.older = new OlderRows(log);
    this.compute = compute;
    this.timer = timer;
  }

  /** The reader, which runs from the arrival of the first follower to the end of the last. */
  private final class Reading {
    private final Sinks.One<Position> begun = Sinks.one();
    private final RateMeter meter = new RateMeter(timer.now(TimeUnit.MILLISECONDS));
    private final Disposable running;
    private Position position = Position.START;

    /** The rows of the page that is being read. */
    private Selection selection = Selection.all();

    private LogReader.Bounds bounds = LogReader.Bounds.first(PAGE_ROWS_MAX);

    /** Position of the last page that was sent to all followers of its time. */
    private @Nullable Position told;

    private long markedMillis;

    /** NEEDs that began or ended in the last second; 0 before there was one. */
    private volatile int needsPerSecond;

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
                      .flatMap(page -> page.complete() ? Mono.delay(rest(), timer) : Mono.just(0L))
                      .repeat())
              .subscribe(page -> {}, failure -> fail(this, failure));
    }

    private void begin(Position from) {
      position = from;
      begun.tryEmitValue(from);
    }

    /** Reads only rows that somebody wants: of nine rows of a NEED the live page wants two. */
    private Mono<LogReader.Page> next() {
      selection = selectionWanted();
      return log.after(position, selection, bounds);
    }

    private void tell(LogReader.Page page) {
      List<Follower> all = toTell(this, page);
      if (all.isEmpty()) {
        return;
      }
      bounds = bounds.after(page);
      List<FeedEvent> said = page.entries().stream().<FeedEvent>map(FeedEvent.Said::new).toList();
      meter.add(page.counts());
      long now = timer.now(TimeUnit.MILLISECONDS);
      Map<Follower, List<FeedEvent>> events = new LinkedHashMap<>();
      for (Follower follower : all) {
        List<FeedEvent> own = new ArrayList<>(resample(follower, SampleRate::counted, now));
        said.stream().filter(event -> wants(follower.filter(), event)).forEach(own::add);
        events.put(follower, own);
      }
      addRegular(events, now);
      events.forEach(this::send);
    }

    /** Adds the events that come from time to time. */
    private void addRegular(Map<Follower, List<FeedEvent>> events, long now) {
      if (now - markedMillis >= MARK_EVERY.toMillis()) {
        markedMillis = now;
        events.values().forEach(own -> own.add(new FeedEvent.Mark(position)));
      }
      if (!selection.counted()) {
        needsPerSecond = 0;
        meter.take(now);
      } else if (meter.ageMillis(now) >= RATES_EVERY_MILLIS) {
        // A larger sample begins after this page, which was read with the smaller one.
        events.forEach((follower, own) -> own.addAll(resample(follower, SampleRate::passed, now)));
        needsPerSecond = meter.needsPerSecond(now);
        FeedEvent rates = new FeedEvent.Rate(meter.take(now));
        events.forEach(
            (follower, own) -> {
              if (follower.filter().rates()) {
                own.add(rates);
              }
            });
      }
    }

    private List<FeedEvent> resample(
        Follower follower, ObjIntConsumer<SampleRate> judge, long now) {
      synchronized (LogFeed.this) {
        return follower.resample(rate -> judge.accept(rate, meter.needsPerSecond(now)));
      }
    }

    private void send(Follower follower, List<FeedEvent> events) {
      if (!follower.offer(events)) {
        tellNoMore(follower);
        follower.end();
      }
    }
  }

  private static boolean wants(EventFilter filter, FeedEvent event) {
    return !(event instanceof FeedEvent.Said said) || filter.covers(said.entry());
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
        .flatMapMany(stream -> stream.parts().doFinally(end -> stream.leave().run()))
        .concatMapIterable(part -> part, 1);
  }

  /**
   * The events of one follower.
   *
   * @param parts the events that {@link #follow} has, as they come together: lists of one to {@link
   *     Follower#PART_EVENTS_MAX}; subscribe once
   * @param leave to be run when the events are not wanted any more, whether or not they were
   *     subscribed to
   */
  public record Stream(Flux<List<FeedEvent>> parts, Runnable leave) {}

  /** Does the same as {@link #follow}, but reports a refusal before the first event. */
  public Mono<Stream> open(EventFilter filter, Optional<Position> after) {
    return Mono.defer(
        () -> {
          Follower follower = new Follower(filter);
          Reading joined = join(follower);
          Position told = follower.toldAtStart;
          EventFilter first = follower.filter();
          return joined
              .begun
              .asMono()
              .flatMap(
                  from ->
                      after.isPresent()
                          ? older
                              .known(after.get())
                              .map(now -> missed(follower, first, after.get()))
                          : Mono.just(fromNowOn(follower, first, told == null ? from : told)))
              .map(parts -> new Stream(parts, () -> leave(follower)))
              .doOnError(refused -> leave(follower))
              .doOnCancel(() -> leave(follower));
        });
  }

  private static Flux<List<FeedEvent>> fromNowOn(
      Follower follower, EventFilter first, Position told) {
    List<FeedEvent> begin = new ArrayList<>(sampled(first));
    begin.add(new FeedEvent.Mark(told));
    return follower.parts().startWith(List.of(begin));
  }

  /** Returns what a follower whose sample may change is told at its beginning. */
  private static List<FeedEvent> sampled(EventFilter filter) {
    return filter.rateMax().isPresent()
        ? List.of(new FeedEvent.Sampled(filter.sample()))
        : List.of();
  }

  private Flux<List<FeedEvent>> missed(Follower follower, EventFilter first, Position after) {
    AtomicReference<Position> end = new AtomicReference<>(after);
    Flux<List<FeedEvent>> past =
        older
            .pages(first, after)
            .doOnNext(page -> end.set(page.end()))
            .concatMap(page -> OlderRows.parts(first, page), 1);
    Flux<List<FeedEvent>> marked =
        Flux.defer(() -> Flux.just(List.of(new FeedEvent.Mark(end.get()))));
    Flux<List<FeedEvent>> live =
        follower
            .parts()
            .map(part -> part.stream().filter(event -> isLater(event, end.get())).toList())
            .filter(part -> !part.isEmpty());
    return Flux.concat(
        Flux.just(sampled(first)).filter(part -> !part.isEmpty()), past, marked, live);
  }

  private static boolean isLater(FeedEvent event, Position end) {
    if (event instanceof FeedEvent.Said said) {
      return said.entry().position().isAfter(end);
    }
    return !(event instanceof FeedEvent.Mark mark) || mark.position().isAfter(end);
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
    int perSecond = reading.needsPerSecond;
    follower.resample(rate -> rate.counted(perSecond));
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
   * Returns the followers that receive a page; one that joins later begins where the page ends.
   * Empty if a follower that wants further rows has joined since the page was requested: the page
   * is then read again with these rows.
   */
  private synchronized List<Follower> toTell(Reading teller, LogReader.Page page) {
    if (!teller.selection.includes(selectionWanted())) {
      return List.of();
    }
    teller.position = page.end();
    teller.told = page.end();
    return List.copyOf(followers);
  }

  /** Returns the rows that any follower wants. */
  private synchronized Selection selectionWanted() {
    return Selection.of(followers.stream().map(follower -> follower.filter()).toList());
  }

  /** Returns the pause of the reader when there were no more rows. */
  private synchronized Duration rest() {
    boolean isSampled = followers.stream().allMatch(follower -> follower.filter().sample() > 1);
    return isSampled ? POLL_SAMPLED : POLL;
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
    all.forEach(Follower::end);
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
    all.forEach(Follower::end);
  }
}
