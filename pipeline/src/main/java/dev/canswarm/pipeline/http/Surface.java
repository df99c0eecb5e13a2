package dev.canswarm.pipeline.http;

import dev.canswarm.pipeline.health.Health;
import java.util.Map;

/** All paths that a process answers. */
public final class Surface {
  private Surface() {}

  /** The paths of a process that runs. */
  public static Routes of(Health health, Metrics metrics) {
    return starting()
        .get("/readyz", request -> HealthHandlers.ready(health, request))
        .get(
            "/metrics",
            request -> metrics.scrape().map(text -> new Reply(200, Metrics.TYPE, Map.of(), text)));
  }

  /** What is answered before that, and afterwards: the process lives, and is not ready. */
  static Routes starting() {
    return Routes.none().get("/livez", HealthHandlers::live);
  }
}
