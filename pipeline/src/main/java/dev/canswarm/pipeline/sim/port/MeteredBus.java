package dev.canswarm.pipeline.sim.port;

import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts the records that a process holds: given to it and not acknowledged by it. */
public final class MeteredBus implements Bus {
  private final Bus bus;
  private final int node;
  private final Watch watch;
  private int held;

  public MeteredBus(Bus bus, int node, Watch watch) {
    this.bus = bus;
    this.node = node;
    this.watch = watch;
  }

  @Override
  public Flux<Delivery> deliveries() {
    return bus.deliveries().map(this::metered);
  }

  private Delivery metered(Delivery delivery) {
    boolean[] done = new boolean[1];
    watch.inFlight(node, ++held);
    return new Delivery(
        delivery.cluster(),
        delivery.topic(),
        delivery.partition(),
        delivery.offset(),
        delivery.key(),
        delivery.value(),
        () -> {
          if (!done[0]) {
            done[0] = true;
            watch.inFlight(node, --held);
          }
          delivery.acknowledgement().acknowledge();
        });
  }

  @Override
  public Mono<Void> send(OutgoingRecord message) {
    return bus.send(message);
  }

  @Override
  public Set<Integer> assignedPartitions() {
    return bus.assignedPartitions();
  }

  @Override
  public long assignment(int partition) {
    return bus.assignment(partition);
  }

  @Override
  public int partitionOf(String key) {
    return bus.partitionOf(key);
  }
}
