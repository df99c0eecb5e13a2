package dev.canswarm.port.memory;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * Artifacts in a map, for tests and the simulator. Keeps everything it is given: bounded by its use
 * alone. Copies on the way in and out. Thread-safe.
 */
public final class MemoryArtifactStore implements ArtifactStore {
  private final ConcurrentHashMap<String, byte[]> contents = new ConcurrentHashMap<>();
  private final long bytesMax;

  /**
   * @param bytesMax most bytes of one artifact
   */
  public MemoryArtifactStore(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public Mono<String> put(byte[] content) {
    return Mono.fromCallable(
        () -> {
          if (content.length > bytesMax) {
            throw ArtifactException.tooLarge(content.length, bytesMax);
          }
          String address = Sha256.hex(content);
          contents.putIfAbsent(address, content.clone());
          return address;
        });
  }

  @Override
  public Mono<byte[]> get(String address) {
    return Mono.defer(
        () -> {
          if (!Sha256.isHex(address)) {
            return Mono.error(ArtifactException.badAddress(address));
          }
          return Mono.justOrEmpty(contents.get(address)).map(byte[]::clone);
        });
  }

  @Override
  public long bytesMax() {
    return bytesMax;
  }
}
