package dev.canswarm.pipeline.follow;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * A follower of {@link LogFeed} with its buffer of events. Its fields and its filter change only
 * under the feed's lock; events are added by one thread at a time, and taken by any.
 */
final class Follower {
  /** Events that wait for one follower. */
  static final int EVENTS_MAX = 1_024;

  /**
   * Events that are sent together, with one flush. Netty takes 128 such parts ahead of a client.
   */
  static final int PART_EVENTS_MAX = 16;

  private final @Nullable SampleRate sampleRate;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Sinks.Many<List<FeedEvent>> parts =
      Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(EVENTS_MAX));
  private volatile EventFilter filter;

  /** Position of the last page before this follower joined; null if there was none. */
  @Nullable Position toldAtStart;

  /** Whether its stream has ended. */
  boolean isGone;

  Follower(EventFilter filter) {
    this.filter = filter;
    this.sampleRate =
        filter.rateMax().isPresent()
            ? new SampleRate(filter.rateMax().getAsInt(), filter.sample())
            : null;
  }

  /** Returns its choice of events, with the sample that it receives now. */
  EventFilter filter() {
    return filter;
  }

  /**
   * Lets the sample be judged; does nothing for a follower whose sample stays as it is.
   *
   * @return the change, which the follower has to be told of; empty if there is none
   */
  List<FeedEvent> resample(Consumer<SampleRate> judge) {
    if (sampleRate == null) {
      return List.of();
    }
    judge.accept(sampleRate);
    if (sampleRate.oneOf() == filter.sample()) {
      return List.of();
    }
    filter = filter.withSample(sampleRate.oneOf());
    return List.of(new FeedEvent.Sampled(filter.sample()));
  }

  /** Adds events in parts; returns false if one does not fit into the buffer. */
  boolean offer(List<FeedEvent> events) {
    for (int from = 0; from < events.size(); from += PART_EVENTS_MAX) {
      int to = Math.min(events.size(), from + PART_EVENTS_MAX);
      List<FeedEvent> part = List.copyOf(events.subList(from, to));
      if (waiting.addAndGet(part.size()) > EVENTS_MAX || !parts.tryEmitNext(part).isSuccess()) {
        return false;
      }
    }
    return true;
  }

  /** Ends its stream behind what is in the buffer. */
  void end() {
    parts.tryEmitComplete();
  }

  /** Returns the events as they are added; to be subscribed to once. */
  Flux<List<FeedEvent>> parts() {
    return parts.asFlux().doOnNext(part -> waiting.addAndGet(-part.size()));
  }
}
