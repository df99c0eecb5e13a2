package dev.canswarm.simulation.port;

import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Server;
import reactor.core.publisher.Mono;

/** The artifact store as one process reaches it. */
public final class SimArtifacts implements ArtifactStore {
  private final Link link;
  private final ArtifactStore artifacts;

  public SimArtifacts(Link link, ArtifactStore artifacts) {
    this.link = link;
    this.artifacts = artifacts;
  }

  @Override
  public Mono<String> put(byte[] content) {
    return link.call(Server.ARTIFACTS, () -> artifacts.put(content));
  }

  @Override
  public Mono<byte[]> get(String address) {
    return link.call(
        Server.ARTIFACTS,
        () -> {
          for (Fault.Rot rot : link.activeFaults().all(Fault.Rot.class)) {
            if (link.random().hits(rot.permille())) {
              link.activeFaults().count(rot);
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
