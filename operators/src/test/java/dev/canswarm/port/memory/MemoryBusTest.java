package dev.canswarm.port.memory;

import static dev.canswarm.port.BusRecords.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.Bus;
import dev.canswarm.port.BusContract;
import dev.canswarm.port.BusProbe;
import dev.canswarm.port.BusRecords;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class MemoryBusTest extends BusContract {
  private static final int POLL_RECORDS_MAX = 5;

  private final MemoryBroker broker = new MemoryBroker("memory", PARTITIONS);

  @Override
  protected Bus process(String groupId, int inFlightMax, long inFlightBytesMax) {
    return new MemoryBus(
        broker,
        groupId,
        topics(),
        new MemoryBus.Bounds(inFlightMax, inFlightBytesMax, () -> POLL_RECORDS_MAX));
  }

  /** It takes a part of a poll if there is room for no more. */
  @Override
  protected int pollRecords() {
    return 1;
  }

  @Override
  protected List<String> topics() {
    return List.of("alpha", "beta");
  }

  @Override
  protected SortedMap<String, String> headersOf(Delivery delivery) {
    return broker.records(delivery.topic()).stream()
        .filter(r -> r.partition() == delivery.partition() && r.offset() == delivery.offset())
        .findFirst()
        .orElseThrow()
        .headers();
  }

  @Test
  void aRecordSentWhileAnotherIsHandledComesAfterItWithoutRecursion() {
    MemoryBus bus = new MemoryBus(broker, "loop", topics(), 10);
    List<String> log = new ArrayList<>();
    bus.batches()
        .subscribe(
            batch -> {
              assertThat(batch).hasSize(1);
              int number = Integer.parseInt(value(batch.get(0)));
              log.add("in " + number);
              if (number < 20_000) {
                bus.send(message("alpha", Integer.toString(number + 1))).subscribe();
              }
              batch.get(0).acknowledgement().acknowledge();
              log.add("out " + number);
            });

    StepVerifier.create(bus.send(message("alpha", "0"))).verifyComplete();

    assertThat(log).hasSize(40_002).startsWith("in 0", "out 0", "in 1", "out 1");
    assertThat(bus.inFlight()).isZero();
  }

  @Test
  void theSameSeedDeliversTopicsInTheSameOrder() {
    assertThat(orderWithSeed(7)).isEqualTo(orderWithSeed(7)).isNotEqualTo(orderWithSeed(8));
  }

  @Test
  void anAcknowledgementOfAnOldAssignmentFreesItsPlaceAndMovesNothing() {
    MemoryBus one = new MemoryBus(broker, "old", topics(), 2);
    MemoryBus other = new MemoryBus(broker, "old", topics(), 2);
    one.send(message("alpha", "first")).block();
    BusProbe probe = BusProbe.on(one);
    Delivery held = probe.next();

    BusProbe otherProbe = BusProbe.on(other);
    held.acknowledgement().acknowledge();
    probe.cancel();
    otherProbe.cancel();

    assertThat(value(BusProbe.on(other).next())).isEqualTo("first");
  }

  private static List<String> orderWithSeed(long seed) {
    MemoryBroker shuffled = new MemoryBroker("memory", PARTITIONS, new Random(seed)::nextInt);
    List<String> topics = List.of("a", "b", "c", "d");
    MemoryBus bus = new MemoryBus(shuffled, "group", topics, 100);
    for (int i = 0; i < 40; i++) {
      bus.send(message(topics.get(i % 4), Integer.toString(i))).block();
    }
    return BusProbe.on(bus).next(40).stream().map(BusRecords::value).toList();
  }

  private static OutgoingRecord message(String topic, String value) {
    return BusRecords.message(topic, value, value);
  }
}
