package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Asks upstream for a record only when the subscriber wants one and a place in flight is free. A
 * place is taken by asking, and freed by {@link #release}. One per subscription; thread-safe.
 *
 * <p>Asking happens on a worker, since it makes upstream emit what it has buffered: otherwise that
 * would run on the thread of whoever acknowledges, such as a database's event loop.
 */
final class InFlightGate implements CoreSubscriber<Delivery>, Subscription {
  private final CoreSubscriber<? super Delivery> actual;
  private final Scheduler.Worker worker;
  private final Consumer<InFlightGate> over;
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger places;
  private final AtomicInteger handedOut = new AtomicInteger();
  private final AtomicInteger pumpsWanted = new AtomicInteger();
  private Subscription upstream = Operators.emptySubscription();
  private volatile boolean stopped;

  /**
   * @param inFlightMax how many places there are
   * @param over told once the subscription has ended, whoever ended it
   */
  InFlightGate(
      CoreSubscriber<? super Delivery> actual,
      int inFlightMax,
      Scheduler.Worker worker,
      Consumer<InFlightGate> over) {
    this.actual = actual;
    this.worker = worker;
    this.over = over;
    this.places = new AtomicInteger(inFlightMax);
  }

  /** Frees places: of records passed by their watermark, or whose assignment ended. */
  void release(int count) {
    if (count > 0) {
      handedOut.addAndGet(-count);
      places.addAndGet(count);
      pump();
    }
  }

  /** From now on asks for nothing; what was asked for may still come. */
  void stop() {
    stopped = true;
  }

  /** Records handed out whose place is not free again, at most as many as there are places. */
  int inFlight() {
    return handedOut.get();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    actual.onSubscribe(this);
  }

  @Override
  public void onNext(Delivery delivery) {
    handedOut.incrementAndGet();
    actual.onNext(delivery);
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
    if (!stopped && pumpsWanted.getAndIncrement() == 0 && !worker.isDisposed()) {
      worker.schedule(this::ask);
    }
  }

  private void ask() {
    int missed = 1;
    do {
      long count = Math.min(demand.get(), places.get());
      if (count > 0 && !stopped) {
        places.addAndGet((int) -count);
        demand.updateAndGet(wanted -> wanted == Long.MAX_VALUE ? wanted : wanted - count);
        upstream.request(count);
      }
      missed = pumpsWanted.addAndGet(-missed);
    } while (missed != 0);
  }
}
