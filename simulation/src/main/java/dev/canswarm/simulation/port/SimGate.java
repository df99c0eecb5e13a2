package dev.canswarm.simulation.port;

import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.simulation.scenario.Server;
import java.util.List;
import reactor.core.publisher.Mono;

/** The decision gate as one process reaches it. */
public final class SimGate implements DecisionGate {
  private final Link link;
  private final DecisionGate gate;
  private final Observer observer;

  public SimGate(Link link, DecisionGate gate, Observer observer) {
    this.link = link;
    this.gate = gate;
    this.observer = observer;
  }

  @Override
  public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
    return link.call(
        Server.REDIS,
        () ->
            gate.propose(candidates)
                .doOnNext(answers -> answers.forEach(one -> observer.answered(link.node(), one))));
  }

  @Override
  public Mono<Void> settle(List<DecisionRecord> fromSlots) {
    return link.call(Server.REDIS, () -> gate.settle(fromSlots));
  }
}
