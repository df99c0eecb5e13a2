package dev.canswarm.pipeline.http;

import dev.canswarm.pipeline.health.Health;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** All paths that a process answers. */
public final class ApiRoutes {
  private static final String OPENAPI = "openapi.yaml";
  private static final String YAML = "application/yaml";

  private ApiRoutes() {}

  /**
   * The paths of a process that runs. Blocks for a moment: it reads a resource.
   *
   * @param artifacts reads an artifact by its address; empty if there is none
   * @param timer waits
   */
  public static Routes of(
      Health health,
      Metrics metrics,
      Needs needs,
      Function<String, Mono<byte[]>> artifacts,
      Scheduler timer) {
    NeedHandlers ofNeeds = new NeedHandlers(needs, timer);
    ArtifactHandlers ofArtifacts = new ArtifactHandlers(artifacts);
    Response document = new Response(200, YAML, Map.of(), openapi());
    return starting()
        .get("/readyz", request -> HealthHandlers.ready(health, request))
        .get(
            "/metrics",
            request ->
                metrics.scrape().map(text -> new Response(200, Metrics.TYPE, Map.of(), text)))
        .get("/v1/openapi.yaml", request -> Mono.just(document))
        .post("/v1/needs", needs.payloadBytesMax(), ofNeeds::post)
        .get("/v1/needs/{id}", ofNeeds::get)
        .change("/v1/needs/{id}/cancel", NeedHandlers.CANCEL_BYTES_MAX, ofNeeds::cancel)
        .get("/v1/artifacts/{sha256}", ofArtifacts::get);
  }

  /** What is answered before that, and afterwards: the process lives, and is not ready. */
  static Routes starting() {
    return Routes.none().get("/livez", HealthHandlers::live);
  }

  private static byte[] openapi() {
    try (InputStream in = ApiRoutes.class.getResourceAsStream(OPENAPI)) {
      if (in == null) {
        throw new IOException("no resource " + OPENAPI);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
