package dev.canswarm.port;

import dev.canswarm.envelope.ThreadId;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A bus that forwards every call to another one, for decorators: override what a decorator changes.
 * Single sends go through {@link #send(List)}.
 */
public abstract class ForwardingBus implements Bus {
  /** The bus that receives the calls. */
  protected final Bus bus;

  /** Forwards to {@code bus}. */
  protected ForwardingBus(Bus bus) {
    this.bus = bus;
  }

  @Override
  public Flux<List<Delivery>> batches() {
    return bus.batches();
  }

  @Override
  public void hold(Set<String> topics) {
    bus.hold(topics);
  }

  @Override
  public Mono<Void> send(List<OutgoingRecord> records) {
    return bus.send(records);
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
  public long lag(String topic, int partition) {
    return bus.lag(topic, partition);
  }

  @Override
  public int partitionOf(ThreadId thread) {
    return bus.partitionOf(thread);
  }
}
