package dev.canswarm.port;

import dev.canswarm.port.memory.MemoryArtifactStore;

class ArtifactStoreMemoryTest extends ArtifactStoreContract {
  private final MemoryArtifactStore store = new MemoryArtifactStore(BYTES_MAX);

  @Override
  protected ArtifactStore store() {
    return store;
  }
}
