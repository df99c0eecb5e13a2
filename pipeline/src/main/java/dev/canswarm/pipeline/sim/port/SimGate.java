package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.scenario.Server;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import reactor.core.publisher.Mono;

/** A process's way to the one decision gate. */
public final class SimGate implements DecisionGate {
  private final Wire wire;
  private final DecisionGate gate;
  private final Watch watch;

  public SimGate(Wire wire, DecisionGate gate, Watch watch) {
    this.wire = wire;
    this.gate = gate;
    this.watch = watch;
  }

  @Override
  public Mono<GateAnswer> propose(DecisionRecord candidate) {
    return wire.call(
        Server.REDIS,
        () -> gate.propose(candidate).doOnNext(answer -> watch.answered(wire.node(), answer)));
  }

  @Override
  public Mono<Void> settle(DecisionRecord fromSlot) {
    return wire.call(Server.REDIS, () -> gate.settle(fromSlot));
  }
}
