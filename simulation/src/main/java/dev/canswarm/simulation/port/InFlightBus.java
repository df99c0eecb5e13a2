package dev.canswarm.simulation.port;

import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import java.util.List;
import reactor.core.publisher.Flux;

/** Counts the unacknowledged records of a process. */
public final class InFlightBus extends ForwardingBus {
  private final int node;
  private final Observer observer;
  private int held;

  public InFlightBus(Bus bus, int node, Observer observer) {
    super(bus);
    this.node = node;
    this.observer = observer;
  }

  private Delivery metered(Delivery delivery) {
    boolean[] done = new boolean[1];
    observer.inFlight(node, ++held);
    return delivery.with(
        () -> {
          if (!done[0]) {
            done[0] = true;
            observer.inFlight(node, --held);
          }
          delivery.acknowledgement().acknowledge();
        });
  }

  @Override
  public Flux<List<Delivery>> batches() {
    return bus.batches().map(batch -> batch.stream().map(this::metered).toList());
  }
}
