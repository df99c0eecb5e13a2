package dev.canswarm.pipeline.http;

import dev.canswarm.config.Resources;
import dev.canswarm.pipeline.health.Health;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The routes of a process's HTTP API. Stateless. */
public final class ApiRoutes {
  private static final String OPENAPI = "openapi.yaml";
  private static final String YAML = "application/yaml";

  private ApiRoutes() {}

  /**
   * Returns the paths of a running process. Blocks: it reads a resource.
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
    Response document =
        new Response(200, YAML, Map.of(), Resources.bytes(ApiRoutes.class, OPENAPI));
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

  /** Returns the paths of a process that starts or stops: it is alive, but not ready. */
  static Routes starting() {
    return Routes.none().get("/livez", HealthHandlers::live);
  }
}
