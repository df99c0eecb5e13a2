package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.Delivery;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Scheduler.Worker;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;

class BatchGateTest {
  private static final int RECORDS_MAX = 10;
  private static final int UNCOMMITTED_MAX = 40;
  private static final int POLL_RECORDS_MAX = 4;
  private static final int BYTES_MAX = 1_000;

  private final RequestCounter requests = new RequestCounter();
  private final TestPublisher<List<Delivery>> source = TestPublisher.create();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  @Test
  void requestsTheNextBatchOnlyWhenTheLastOneHasArrived() {
    gate(Long.MAX_VALUE);
    assertThat(requests.count).isEqualTo(1);

    source.next(batch(1));

    assertThat(requests.count).isEqualTo(2);
  }

  @Test
  void requestsABatchOnlyWhileAWholePollFits() {
    BatchGate gate = gate(Long.MAX_VALUE);
    source.next(batch(4), batch(3));
    assertThat(requests.count).as("7 of 10 in flight, a poll may have 4").isEqualTo(2);
    assertThat(gate.inFlight()).isEqualTo(7);

    gate.acknowledged(0);

    assertThat(requests.count).isEqualTo(3);
    assertThat(gate.inFlight()).isEqualTo(6);
  }

  @Test
  void acknowledgedRecordsBehindASlowOneHoldNothingBackUntilTheBoundOfUncommittedRecords() {
    BatchGate gate = gate(Long.MAX_VALUE);
    for (int batches = 1; batches <= UNCOMMITTED_MAX / 4; batches++) {
      assertThat(requests.count).isEqualTo(batches);
      source.next(batch(4));
      for (int i = 0; i < 4; i++) {
        gate.acknowledged(0);
      }
    }
    assertThat(gate.inFlight()).isZero();
    assertThat(gate.uncommitted()).isEqualTo(UNCOMMITTED_MAX);
    long before = requests.count;

    gate.passed(UNCOMMITTED_MAX);

    assertThat(requests.count).isEqualTo(before + 1);
    assertThat(gate.uncommitted()).isZero();
  }

  @Test
  void requestsABatchOnlyWhileTheBytesInFlightAreBelowTheirBound() {
    BatchGate gate = gate(Long.MAX_VALUE);
    source.next(batch(2, BYTES_MAX / 2 + 50));
    assertThat(requests.count).isEqualTo(1);

    gate.acknowledged(100);
    assertThat(requests.count).as("at the bound").isEqualTo(1);
    gate.acknowledged(1);

    assertThat(requests.count).isEqualTo(2);
  }

  @Test
  void requestsNoMoreBatchesThanTheSubscriberDemands() {
    BatchGate gate = gate(2);
    source.next(batch(1), batch(1));
    assertThat(requests.count).isEqualTo(2);

    gate.request(1);

    assertThat(requests.count).isEqualTo(3);
  }

  @Test
  void afterStopItRequestsNothing() {
    BatchGate gate = gate(Long.MAX_VALUE);
    gate.stop();

    source.next(batch(4));
    for (int i = 0; i < 4; i++) {
      gate.acknowledged(0);
    }

    assertThat(received).hasValue(4);
    assertThat(gate.inFlight()).isZero();
    assertThat(requests.count).isEqualTo(1);
  }

  @Test
  void cancellingReachesTheSourceAndIsReportedOnce() {
    BatchGate gate = gate(Long.MAX_VALUE);

    gate.cancel();

    source.assertCancelled();
    assertThat(ended).hasValue(1);
  }

  @Test
  void anErrorReachesTheSubscriber() {
    gate(1);

    source.error(new IllegalStateException("away"));

    assertThat(failure.get()).hasMessage("away");
    assertThat(ended).hasValue(1);
  }

  private static final class RequestCounter {
    private long count;
  }

  private BatchGate gate(long demand) {
    BatchGate gate =
        new BatchGate(
            subscriber(demand),
            new BatchGate.Bounds(RECORDS_MAX, UNCOMMITTED_MAX, POLL_RECORDS_MAX, BYTES_MAX),
            worker(),
            over -> ended.incrementAndGet());
    source.flux().doOnRequest(count -> requests.count += count).subscribe(gate);
    return gate;
  }

  private static Worker worker() {
    return Schedulers.immediate().createWorker();
  }

  private BaseSubscriber<List<Delivery>> subscriber(long demand) {
    return new BaseSubscriber<>() {
      @Override
      protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(demand);
      }

      @Override
      protected void hookOnNext(List<Delivery> batch) {
        received.addAndGet(batch.size());
      }

      @Override
      protected void hookOnError(Throwable throwable) {
        failure.set(throwable);
      }
    };
  }

  private static List<Delivery> batch(int records) {
    return batch(records, 0);
  }

  private static List<Delivery> batch(int records, int valueBytes) {
    return Collections.nCopies(
        records,
        Delivery.of(
            new RecordPosition("cluster", "topic", 0, 0), null, new byte[valueBytes], () -> {}));
  }
}
