package dev.canswarm.pipeline.kafka;

import static dev.canswarm.port.BusRecords.message;
import static dev.canswarm.port.BusRecords.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

class KafkaBusDemandIT {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaBusDemandIT.class);
  private static final int RECORDS = 10_000;
  private static final int IN_FLIGHT_MAX = 100;
  private static final int POLL_RECORDS_MAX = 50;

  private final KafkaBuses buses = new KafkaBuses();

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void aConsumerThatHoldsEverythingBackPausesPartitionsAndLaterGoesOnToTheEnd() {
    KafkaBus bus = buses.open("demand", IN_FLIGHT_MAX, POLL_RECORDS_MAX);
    fill(bus);
    int polledMax = buses.settings("demand", IN_FLIGHT_MAX, POLL_RECORDS_MAX).polledMax();
    BusProbe probe = BusProbe.on(bus);
    List<Delivery> held = heldWhileAPollFits(probe);

    BusProbe.await(
        "all partitions of both topics paused",
        () -> bus.pausedPartitions() == 2 * KafkaBuses.PARTITIONS);
    probe.expectQuiet();
    assertThat(bus.inFlight()).isEqualTo(held.size()).isLessThanOrEqualTo(IN_FLIGHT_MAX);
    assertThat(bus.polled()).isBetween((long) held.size(), (long) polledMax);
    assertThat(polledMax).isEqualTo(200);

    Set<String> seen = new HashSet<>();
    held.forEach(delivery -> seen.add(value(delivery)));
    held.forEach(delivery -> delivery.acknowledgement().acknowledge());
    while (seen.size() < RECORDS) {
      Delivery delivery = probe.next();
      assertThat(bus.inFlight()).isLessThanOrEqualTo(IN_FLIGHT_MAX);
      assertThat(bus.polled() - seen.size()).isLessThanOrEqualTo(polledMax);
      seen.add(value(delivery));
      delivery.acknowledgement().acknowledge();
    }

    probe.expectQuiet();
    BusProbe.await("nothing in flight", () -> bus.inFlight() == 0);
    BusProbe.await(
        "everything committed",
        () ->
            buses.committed("demand").values().stream().mapToLong(Long::longValue).sum()
                == RECORDS);
    assertThat(bus.polled()).isEqualTo(RECORDS);
  }

  @Test
  void afterStopRequestingNothingComesAndClosingCommitsWhatIsDone() {
    KafkaBus bus = buses.openWithoutIntervals("stop", IN_FLIGHT_MAX, POLL_RECORDS_MAX);
    fill(bus);
    BusProbe probe = BusProbe.on(bus);
    List<Delivery> held = heldWhileAPollFits(probe);

    bus.stopRequesting();
    held.forEach(delivery -> delivery.acknowledgement().acknowledge());

    assertThat(bus.inFlight()).isZero();
    probe.expectQuiet();
    bus.close();
    assertThat(buses.committed("stop").values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(held.size());
  }

  /** The records of all batches that the bus emits without any acknowledgement. */
  private static List<Delivery> heldWhileAPollFits(BusProbe probe) {
    List<Delivery> held = new ArrayList<>();
    while (held.size() + POLL_RECORDS_MAX <= IN_FLIGHT_MAX) {
      held.addAll(probe.nextBatch());
    }
    return held;
  }

  private void fill(KafkaBus bus) {
    long start = System.nanoTime();
    Flux.range(0, RECORDS)
        .flatMap(i -> bus.send(message(buses.topics().get(i % 2), "key-" + i, "value-" + i)), 256)
        .blockLast(BusProbe.AWAIT);
    LOG.info("{} sends/s", RECORDS * 1_000_000_000L / (System.nanoTime() - start));
    assertThat(bus.sendsInFlight()).isZero();
  }
}
