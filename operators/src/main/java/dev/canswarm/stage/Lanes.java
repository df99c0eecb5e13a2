package dev.canswarm.stage;

import dev.canswarm.port.Delivery;
import dev.canswarm.port.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * The lanes of a process, and the partition numbers that they carry; each is created by its first
 * input. A partition goes to the lane of its number modulo the number of lanes.
 */
final class Lanes {
  private final StageContext context;
  private final NeedGate gate;
  private final LaneBounds bounds;
  private final Map<Integer, Lane> lanes = new ConcurrentHashMap<>();
  private final Map<Integer, PartitionState> partitions = new ConcurrentHashMap<>();
  private final Map<Integer, Backlog> backlogs = new ConcurrentHashMap<>();

  Lanes(StageContext context, NeedGate gate, LaneBounds bounds) {
    this.context = context;
    this.gate = gate;
    this.bounds = bounds;
  }

  /** Emits each lane once, with its first input, and passes all inputs to their partitions. */
  Flux<Lane> of(Flux<Input> inputs) {
    return Flux.create(
        sink -> {
          Disposable subscription =
              inputs.subscribe(
                  input -> partition(input.partition(), sink).offer(input),
                  sink::error,
                  sink::complete);
          sink.onDispose(subscription);
        });
  }

  private PartitionState partition(int partition, FluxSink<Lane> sink) {
    return partitions.computeIfAbsent(
        partition,
        number -> {
          if (number >= bounds.partitions()) {
            throw new IllegalStateException(
                "expected partitions below " + bounds.partitions() + ", got a record of " + number);
          }
          Lane lane = lane(number % bounds.lanes(), sink);
          return new PartitionState(number, lane, backlog(number), context, gate, bounds);
        });
  }

  private Lane lane(int number, FluxSink<Lane> sink) {
    return lanes.computeIfAbsent(
        number,
        fresh -> {
          Lane lane = new Lane(fresh, context);
          sink.next(lane);
          return lane;
        });
  }

  private Backlog backlog(int partition) {
    return backlogs.computeIfAbsent(partition, number -> new Backlog(number, context.bus()));
  }

  /**
   * Counts records that the bus has delivered to this process, in the backlogs of their partitions.
   */
  void came(List<Delivery> batch) {
    int submitted = 0;
    for (Delivery delivery : batch) {
      backlog(delivery.partition()).came(delivery.topic());
      submitted += delivery.topic().equals(Topics.INTAKE) ? 1 : 0;
    }
    if (submitted > 0) {
      gate.submitted(submitted);
    }
  }

  /** Returns a tick for each partition on which one would have an effect. */
  List<Input> ticks() {
    List<Input> ticks = new ArrayList<>();
    partitions.forEach(
        (number, partition) -> {
          if (partition.wantsTicks()) {
            ticks.add(new Input.Tick(number));
          }
        });
    return ticks;
  }
}
