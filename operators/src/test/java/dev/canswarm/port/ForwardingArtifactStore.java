package dev.canswarm.port;

import reactor.core.publisher.Mono;

/** An artifact store for tests that passes every call on; override what a test changes. */
public abstract class ForwardingArtifactStore implements ArtifactStore {
  /** The store that receives the calls. */
  protected final ArtifactStore artifacts;

  protected ForwardingArtifactStore(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public Mono<String> put(byte[] content) {
    return artifacts.put(content);
  }

  @Override
  public Mono<byte[]> get(String address) {
    return artifacts.get(address);
  }

  @Override
  public long bytesMax() {
    return artifacts.bytesMax();
  }
}
