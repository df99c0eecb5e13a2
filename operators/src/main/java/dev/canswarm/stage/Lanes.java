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

/** A lane for each partition number that something came for; of these there is a fixed number. */
final class Lanes {
  private final StageContext context;
  private final NeedGate gate;
  private final int needsMax;
  private final long bytesMax;
  private final int lanesMax;
  private final Map<Integer, Lane> lanes = new ConcurrentHashMap<>();
  private final Map<Integer, Backlog> backlogs = new ConcurrentHashMap<>();

  /**
   * @param lanesMax partition numbers, from 0; an input for another one ends the process
   * @param needsMax NEEDs that each lane remembers whole
   * @param bytesMax bytes of these
   */
  Lanes(StageContext context, NeedGate gate, int lanesMax, int needsMax, long bytesMax) {
    this.context = context;
    this.gate = gate;
    this.lanesMax = lanesMax;
    this.needsMax = needsMax;
    this.bytesMax = bytesMax;
  }

  /** Each lane once, when its first input comes; inputs go to their lanes. */
  Flux<Lane> of(Flux<Input> inputs) {
    return Flux.create(
        sink -> {
          Disposable subscription =
              inputs.subscribe(
                  input -> lane(input.partition(), sink).offer(input), sink::error, sink::complete);
          sink.onDispose(subscription);
        });
  }

  private Lane lane(int partition, FluxSink<Lane> sink) {
    return lanes.computeIfAbsent(
        partition,
        number -> {
          if (number >= lanesMax) {
            throw new IllegalStateException(
                "expected partitions below " + lanesMax + ", got a record of " + number);
          }
          Lane lane = new Lane(backlog(number), number, context, gate, needsMax, bytesMax);
          sink.next(lane);
          return lane;
        });
  }

  private Backlog backlog(int partition) {
    return backlogs.computeIfAbsent(partition, number -> new Backlog(number, context.bus()));
  }

  /** The bus gave these to this process: from now on they wait here. */
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

  /** A tick for each lane that finds something to do in one. */
  List<Input> ticks() {
    List<Input> ticks = new ArrayList<>();
    lanes.forEach(
        (number, lane) -> {
          if (lane.wantsTicks()) {
            ticks.add(new Input.Tick(number));
          }
        });
    return ticks;
  }
}
