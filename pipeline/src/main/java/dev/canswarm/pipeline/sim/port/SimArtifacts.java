package dev.canswarm.pipeline.sim.port;

import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.Server;
import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import reactor.core.publisher.Mono;

/** A process's way to the artifacts. */
public final class SimArtifacts implements ArtifactStore {
  private final Wire wire;
  private final ArtifactStore artifacts;

  public SimArtifacts(Wire wire, ArtifactStore artifacts) {
    this.wire = wire;
    this.artifacts = artifacts;
  }

  @Override
  public Mono<String> put(byte[] content) {
    return wire.call(Server.ARTIFACTS, () -> artifacts.put(content));
  }

  @Override
  public Mono<byte[]> get(String address) {
    return wire.call(
        Server.ARTIFACTS,
        () -> {
          for (Fault.Rot rot : wire.weather().all(Fault.Rot.class)) {
            if (wire.draw().hits(rot.permille())) {
              wire.weather().count(rot);
              return Mono.error(ArtifactException.corrupt(address, "other bytes"));
            }
          }
          return artifacts.get(address);
        });
  }

  @Override
  public long bytesMax() {
    return artifacts.bytesMax();
  }
}
