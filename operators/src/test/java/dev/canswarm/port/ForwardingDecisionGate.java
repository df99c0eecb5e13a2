package dev.canswarm.port;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * A gate for tests that forwards every call to another one; override what a test changes. Questions
 * about one NEED go through the methods for lists.
 */
public abstract class ForwardingDecisionGate implements DecisionGate {
  /** The gate that receives the calls. */
  protected final DecisionGate gate;

  protected ForwardingDecisionGate(DecisionGate gate) {
    this.gate = gate;
  }

  @Override
  public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
    return gate.propose(candidates);
  }

  @Override
  public Mono<Void> settle(List<DecisionRecord> fromSlots) {
    return gate.settle(fromSlots);
  }
}
