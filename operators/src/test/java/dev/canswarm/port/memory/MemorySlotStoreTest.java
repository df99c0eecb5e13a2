package dev.canswarm.port.memory;

import dev.canswarm.port.SlotStore;
import dev.canswarm.port.SlotStoreContract;

final class MemorySlotStoreTest extends SlotStoreContract {
  private final SlotStore store = new MemorySlotStore(() -> 1_700_000_000_000L);

  @Override
  protected SlotStore store() {
    return store;
  }
}
