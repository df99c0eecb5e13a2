package dev.canswarm.port;

import dev.canswarm.port.memory.MemoryFailureStore;

class FailureStoreMemoryTest extends FailureStoreContract {
  private final MemoryFailureStore store = new MemoryFailureStore();

  @Override
  protected FailureStore store() {
    return store;
  }
}
