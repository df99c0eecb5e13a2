package dev.canswarm.pipeline.kafka;

import static dev.canswarm.port.BusRecords.message;
import static dev.canswarm.port.BusRecords.send;
import static dev.canswarm.port.BusRecords.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.embedded.ServerControl;
import dev.canswarm.pipeline.embedded.SharedStack;
import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.RetryableException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

class KafkaBusOutageIT {
  private final KafkaBuses buses = new KafkaBuses();
  private final ServerControl kafka = SharedStack.get().kafka();

  @AfterEach
  void close() throws Exception {
    kafka.start();
    buses.close();
  }

  @Test
  void sendsAndDeliveriesGoOnAfterTheBrokerWasAway() throws Exception {
    KafkaBus bus = buses.open("outage", 100, 10);
    String topic = buses.topics().get(0);
    for (int i = 0; i < 5; i++) {
      send(bus, topic, "key", "before-" + i);
    }
    BusProbe probe = BusProbe.on(bus);
    List<Delivery> held = probe.next(5);

    kafka.stop();
    var sends =
        Flux.range(0, 20)
            .concatMap(
                i ->
                    bus.send(message(topic, "key", "during-" + i))
                        .retryWhen(
                            Retry.indefinitely()
                                .filter(failure -> failure instanceof RetryableException)))
            .then()
            .toFuture();
    held.forEach(delivery -> delivery.acknowledgement().acknowledge());
    assertThat(sends).isNotDone();
    kafka.start();

    BusProbe.await("all sent", sends::isDone);
    assertThat(sends).isCompleted();
    Set<String> seen = new HashSet<>();
    while (seen.stream().filter(v -> v.startsWith("during-")).count() < 20) {
      Delivery delivery = probe.next();
      seen.add(value(delivery));
      delivery.acknowledgement().acknowledge();
    }
    int partition = bus.partitionOf(new ThreadId("key"));
    BusProbe.await(
        "committed to the end", () -> buses.committed("outage", topic, partition).orElse(0) >= 25);
    BusProbe.await("every place free", () -> bus.inFlight() == 0);
    assertThat(probe.failure()).isEmpty();
  }
}
