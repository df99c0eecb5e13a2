package dev.canswarm.port.memory;

import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionGateContract;

final class MemoryDecisionGateTest extends DecisionGateContract {
  private final MemoryDecisionGate gate = new MemoryDecisionGate();

  @Override
  protected DecisionGate gate() {
    return gate;
  }

  @Override
  protected void forgetAll() {
    gate.forgetAll();
  }
}
