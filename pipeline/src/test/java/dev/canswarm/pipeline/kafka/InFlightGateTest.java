package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.Delivery;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler.Worker;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;

class InFlightGateTest {
  private final TestPublisher<Delivery> source = TestPublisher.create();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();

  @Test
  void asksForNoMoreThanThereArePlaces() {
    InFlightGate gate = gate(3, Long.MAX_VALUE);

    source.assertMaxRequested(3).next(delivery(), delivery(), delivery());
    assertThat(gate.inFlight()).isEqualTo(3);
    source.assertMaxRequested(3);

    gate.release(2);
    source.next(delivery(), delivery());
    assertThat(gate.inFlight()).isEqualTo(3);
    assertThat(received).hasValue(5);
  }

  @Test
  void asksForNoMoreThanTheSubscriberWants() {
    gate(10, 4);

    source.assertMaxRequested(4).assertMinRequested(4);
  }

  @Test
  void afterStopItAsksForNothing() {
    InFlightGate gate = gate(2, Long.MAX_VALUE);
    source.next(delivery(), delivery());

    gate.stop();
    gate.release(2);

    assertThat(gate.inFlight()).isZero();
    source.assertMaxRequested(2);
  }

  @Test
  void cancellingReachesTheSourceAndIsReportedOnce() {
    InFlightGate gate = gate(2, Long.MAX_VALUE);

    gate.cancel();

    source.assertCancelled();
    assertThat(ended).hasValue(1);
  }

  @Test
  void anErrorReachesTheSubscriber() {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    InFlightGate gate =
        new InFlightGate(probe(1, failure), 2, worker(), over -> ended.addAndGet(1));
    source.flux().subscribe(gate);

    source.error(new IllegalStateException("away"));

    assertThat(failure.get()).hasMessage("away");
    assertThat(ended).hasValue(1);
  }

  private InFlightGate gate(int inFlightMax, long demand) {
    InFlightGate gate =
        new InFlightGate(
            probe(demand, new AtomicReference<>()),
            inFlightMax,
            worker(),
            over -> ended.addAndGet(1));
    source.flux().subscribe(gate);
    return gate;
  }

  private static Worker worker() {
    return Schedulers.immediate().createWorker();
  }

  private BaseSubscriber<Delivery> probe(
      long demand, AtomicReference<@Nullable Throwable> failure) {
    return new BaseSubscriber<>() {
      @Override
      protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(demand);
      }

      @Override
      protected void hookOnNext(Delivery value) {
        received.incrementAndGet();
      }

      @Override
      protected void hookOnError(Throwable throwable) {
        failure.set(throwable);
      }
    };
  }

  private static Delivery delivery() {
    return new Delivery("cluster", "topic", 0, 0, null, null, () -> {});
  }
}
