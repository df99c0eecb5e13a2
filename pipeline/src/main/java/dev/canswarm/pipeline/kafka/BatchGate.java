package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Requests a batch from upstream only if the subscriber has demand, a whole poll fits under the
 * bounds of records in flight and of records that are not committed, and the bytes in flight are
 * below their bound, which one poll may exceed. Requests one batch at a time. One gate per
 * subscription; thread-safe.
 *
 * <p>A record is in flight until it is acknowledged. Acknowledged records that wait behind an
 * earlier one of their topic-partition have a bound of their own, since they take no more memory
 * than an offset: one slow record would otherwise stop every topic within a fraction of a second.
 *
 * <p>Requests run on a worker, since they make upstream emit its buffered batches. Otherwise these
 * would be emitted on the thread that acknowledges, such as a database's event loop.
 */
final class BatchGate implements CoreSubscriber<List<Delivery>>, Subscription, Room {
  private final CoreSubscriber<? super List<Delivery>> actual;
  private final Bounds bounds;
  private final Scheduler.Worker worker;
  private final Consumer<BatchGate> over;
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger unacknowledged = new AtomicInteger();
  private final AtomicInteger uncommitted = new AtomicInteger();
  private final AtomicLong valueBytes = new AtomicLong();
  private final AtomicBoolean requested = new AtomicBoolean();
  private final AtomicInteger pumpsWanted = new AtomicInteger();
  private Subscription upstream = Operators.emptySubscription();
  private volatile boolean stopped;

  /**
   * The bounds of what is delivered.
   *
   * @param recordsMax the most records in flight
   * @param uncommittedMax the most records that their watermark has not passed: those in flight,
   *     and those that wait behind them; a crash redelivers them
   * @param pollRecordsMax the most records of one batch, at most {@code recordsMax}
   * @param bytesMax the most bytes of values in flight; one batch may exceed it
   */
  record Bounds(int recordsMax, int uncommittedMax, int pollRecordsMax, long bytesMax) {}

  /**
   * @param over called once when the subscription has ended for any reason
   */
  BatchGate(
      CoreSubscriber<? super List<Delivery>> actual,
      Bounds bounds,
      Scheduler.Worker worker,
      Consumer<BatchGate> over) {
    this.actual = actual;
    this.bounds = bounds;
    this.worker = worker;
    this.over = over;
  }

  @Override
  public void acknowledged(int freedBytes) {
    unacknowledged.decrementAndGet();
    valueBytes.addAndGet(-freedBytes);
    pump();
  }

  @Override
  public void passed(int records) {
    if (records > 0) {
      uncommitted.addAndGet(-records);
      pump();
    }
  }

  /** Stops requesting. A batch that was requested before may still arrive. */
  void stop() {
    stopped = true;
  }

  /** Returns the number of delivered records that are not acknowledged. */
  int inFlight() {
    return unacknowledged.get();
  }

  /** Returns the number of delivered records that their watermark has not passed. */
  int uncommitted() {
    return uncommitted.get();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    actual.onSubscribe(this);
  }

  @Override
  public void onNext(List<Delivery> batch) {
    long bytes = 0;
    for (Delivery delivery : batch) {
      byte[] value = delivery.value();
      bytes += value == null ? 0 : value.length;
    }
    unacknowledged.addAndGet(batch.size());
    uncommitted.addAndGet(batch.size());
    valueBytes.addAndGet(bytes);
    requested.set(false);
    actual.onNext(batch);
    pump();
  }

  @Override
  public void onError(Throwable failure) {
    end();
    actual.onError(failure);
  }

  @Override
  public void onComplete() {
    end();
    actual.onComplete();
  }

  @Override
  public void request(long count) {
    if (Operators.validate(count)) {
      demand.accumulateAndGet(count, Operators::addCap);
      pump();
    }
  }

  @Override
  public void cancel() {
    upstream.cancel();
    end();
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }

  private void end() {
    stopped = true;
    worker.dispose();
    over.accept(this);
  }

  private void pump() {
    if (!stopped && mayRequest() && pumpsWanted.getAndIncrement() == 0 && !worker.isDisposed()) {
      worker.schedule(this::requestBatches);
    }
  }

  private boolean mayRequest() {
    return demand.get() > 0
        && !requested.get()
        && unacknowledged.get() + bounds.pollRecordsMax() <= bounds.recordsMax()
        && uncommitted.get() + bounds.pollRecordsMax() <= bounds.uncommittedMax()
        && valueBytes.get() < bounds.bytesMax();
  }

  private void requestBatches() {
    int missed = 1;
    do {
      if (!stopped && mayRequest() && requested.compareAndSet(false, true)) {
        demand.updateAndGet(wanted -> wanted == Long.MAX_VALUE ? wanted : wanted - 1);
        upstream.request(1);
      }
      missed = pumpsWanted.addAndGet(-missed);
    } while (missed != 0);
  }
}
