package dev.canswarm.port.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;

/** Demand counts batches, and unacknowledged records bound what is delivered. */
class MemoryBusSubscriptionTest {
  private final MemoryBroker broker = new MemoryBroker("memory", 1);
  private final List<Delivery> delivered = new ArrayList<>();

  private MemoryBus bus(int inFlightMax, long bytesMax, int pollRecordsMax) {
    return new MemoryBus(
        broker,
        "group",
        List.of("topic"),
        new MemoryBus.Bounds(inFlightMax, bytesMax, () -> pollRecordsMax));
  }

  private void publish(int records, int bytes) {
    for (int i = 0; i < records; i++) {
      broker.publish(
          new OutgoingRecord("topic", "k".getBytes(UTF_8), new byte[bytes], new TreeMap<>()));
    }
  }

  private void acknowledge(int from, int to) {
    delivered.subList(from, to).forEach(one -> one.acknowledgement().acknowledge());
  }

  private Disposable subscribe(MemoryBus bus) {
    return bus.batches().subscribe(delivered::addAll);
  }

  @Test
  void withoutDemandNothingIsDelivered() {
    publish(3, 1);
    StepVerifier.create(bus(10, 100, 10).batches(), 0)
        .expectSubscription()
        .thenRequest(1)
        .assertNext(batch -> assertThat(batch).hasSize(3))
        .then(() -> publish(1, 1))
        .thenRequest(1)
        .assertNext(batch -> assertThat(batch).hasSize(1))
        .thenCancel()
        .verify();
  }

  @Test
  void aBatchHasNoMoreRecordsThanAPollGives() {
    publish(5, 1);
    StepVerifier.create(bus(10, 100, 2).batches().map(List::size), 3)
        .expectNext(2, 2, 1)
        .thenCancel()
        .verify();
  }

  @Test
  void recordsThatAreNotAcknowledgedStopTheNext() {
    subscribe(bus(2, 100, 10));
    publish(5, 1);
    assertThat(delivered).hasSize(2);
    acknowledge(1, 2);
    assertThat(delivered).as("the first one still holds the second").hasSize(2);
    acknowledge(0, 1);
    assertThat(delivered).hasSize(4);
  }

  @Test
  void bytesStopTheNextToo() {
    subscribe(bus(100, 10, 1));
    publish(3, 6);
    assertThat(delivered).as("the last one taken may go past the bound").hasSize(2);
    acknowledge(0, 1);
    assertThat(delivered).hasSize(3);
  }

  @Test
  void whatIsNotAcknowledgedComesAgainToTheNextSubscription() {
    MemoryBus bus = bus(10, 100, 10);
    Disposable first = subscribe(bus);
    publish(3, 1);
    acknowledge(0, 1);
    first.dispose();
    assertThat(bus.assignment(0)).isZero();
    delivered.clear();
    subscribe(bus);
    assertThat(delivered).extracting(Delivery::offset).containsExactly(1L, 2L);
    assertThat(bus.assignment(0)).isPositive();
  }

  @Test
  void askingForMoreWhileTakingDeliversOneBatchAfterTheOther() {
    publish(3, 1);
    List<Integer> depths = new ArrayList<>();
    int[] depth = {0};
    bus(10, 100, 1)
        .batches()
        .subscribe(
            new BaseSubscriber<>() {
              @Override
              protected void hookOnSubscribe(Subscription subscription) {
                request(1);
              }

              @Override
              protected void hookOnNext(List<Delivery> batch) {
                depths.add(++depth[0]);
                request(1);
                depth[0]--;
              }
            });
    assertThat(depths).containsExactly(1, 1, 1);
  }

  @Test
  void aRequestForNothingOrLessLeavesTheDemandAsItIs() {
    var subscriber =
        new BaseSubscriber<List<Delivery>>() {
          Subscription own = Operators.emptySubscription();

          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            own = subscription;
          }

          @Override
          protected void hookOnNext(List<Delivery> batch) {
            delivered.addAll(batch);
          }
        };
    bus(10, 100, 1).batches().subscribe(subscriber);
    subscriber.own.request(2);
    subscriber.own.request(-5);
    subscriber.own.request(0);
    publish(3, 1);
    assertThat(delivered).hasSize(2);
  }
}
