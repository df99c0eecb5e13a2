package dev.canswarm.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Subscribes to a bus for a test, which takes batches or single records from it, each within a
 * bounded time. Demand counts batches. The test's thread alone may take.
 */
public final class BusProbe extends BaseSubscriber<List<Delivery>> {
  /** Longest wait for something that must happen. */
  public static final Duration AWAIT = Duration.ofSeconds(120);

  /** How long a test waits for an event that must not happen. */
  private static final Duration QUIET = Duration.ofMillis(250);

  /** Takes without a lock: batches come on threads that must not block. */
  private final BlockingQueue<List<Delivery>> batches = new LinkedTransferQueue<>();

  private final Deque<Delivery> opened = new ArrayDeque<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final long demand;

  private BusProbe(long demand) {
    this.demand = demand;
  }

  /** Subscribes with unlimited demand. */
  public static BusProbe on(Bus bus) {
    return on(bus, Long.MAX_VALUE);
  }

  /** Subscribes with a first demand in batches, which may be 0. */
  public static BusProbe on(Bus bus, long demand) {
    BusProbe probe = new BusProbe(demand);
    bus.batches().subscribe(probe);
    return probe;
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    if (demand > 0) {
      subscription.request(demand);
    }
  }

  @Override
  protected void hookOnNext(List<Delivery> batch) {
    batches.add(batch);
  }

  @Override
  protected void hookOnError(Throwable throwable) {
    failure.set(throwable);
  }

  /** The next batch; fails if none comes, or if single records of the last one were not taken. */
  public List<Delivery> nextBatch() {
    assertThat(opened).as("records of the last batch that the test did not take").isEmpty();
    return poll(AWAIT)
        .orElseThrow(
            () ->
                new AssertionError(
                    "expected a batch within " + AWAIT + ", got none", failure.get()));
  }

  /** The next record, of any batch; fails if none comes. */
  public Delivery next() {
    if (opened.isEmpty()) {
      opened.addAll(nextBatch());
    }
    return opened.remove();
  }

  /** The next so many records. */
  public List<Delivery> next(int count) {
    List<Delivery> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    return all;
  }

  /** Fails if a record comes though none may. */
  public void expectQuiet() {
    assertThat(opened).as("records that must not come").isEmpty();
    assertThat(poll(QUIET)).as("a batch that must not come").isEmpty();
  }

  /** The number of records that came and were not taken yet. */
  public int waiting() {
    return opened.size() + batches.stream().mapToInt(List::size).sum();
  }

  /** What ended the subscription, if anything did. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Waits until something holds, which may block; fails when it does not within {@link #AWAIT}. */
  public static void await(String what, BooleanSupplier condition) {
    Boolean held =
        Flux.interval(Duration.ZERO, Duration.ofMillis(20), Schedulers.boundedElastic())
            .onBackpressureDrop()
            .map(tick -> condition.getAsBoolean())
            .takeUntil(now -> now)
            .take(AWAIT)
            .last(false)
            .block();
    assertThat(held).as("within %s: %s", AWAIT, what).isTrue();
  }

  private Optional<List<Delivery>> poll(Duration most) {
    try {
      return Optional.ofNullable(batches.poll(most.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a batch", e);
    }
  }
}
