package dev.canswarm.port;

import dev.canswarm.port.memory.MemorySlotStore;

class TurnWriteMemoryTest extends TurnWriteContract {
  private final MemorySlotStore store = new MemorySlotStore(() -> 1_700_000_000_000L);

  @Override
  protected SlotStore store() {
    return store;
  }
}
