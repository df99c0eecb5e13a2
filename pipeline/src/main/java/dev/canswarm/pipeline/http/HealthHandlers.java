package dev.canswarm.pipeline.http;

import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.health.Health;
import dev.canswarm.pipeline.health.HealthStatus;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Handlers of the liveness and readiness probes. As in Kubernetes, the status code is the answer;
 * {@code ?verbose} lists the parts, one a line, and {@code Accept: application/json} returns them
 * as an object.
 */
final class HealthHandlers {
  private HealthHandlers() {}

  /** Answers 200: the process is alive. */
  static Mono<Response> live(Request request) {
    return Mono.just(Response.text(200, "live\n"));
  }

  /** Answers 200 if no health check is down, else 503. */
  static Mono<Response> ready(Health health, Request request) {
    return health
        .report()
        .map(
            report -> {
              int status = report.isReady() ? 200 : 503;
              return request.wantsJson()
                  ? Response.json(status, json(report))
                  : Response.text(status, text(report, request.flag("verbose")));
            });
  }

  private static String text(Health.Report report, boolean verbose) {
    StringBuilder text = new StringBuilder();
    if (verbose) {
      for (Health.Entry entry : report.entries()) {
        HealthStatus status = entry.status();
        text.append(sign(status.state()))
            .append(entry.name())
            .append(' ')
            .append(status.state().label());
        text.append(status.detail().isEmpty() ? "" : ": " + status.detail()).append('\n');
      }
    }
    return text.append(report.isReady() ? "ready\n" : "not ready\n").toString();
  }

  private static String sign(HealthStatus.State state) {
    return switch (state) {
      case UP -> "[+]";
      case DEGRADED -> "[!]";
      case DOWN -> "[-]";
    };
  }

  private static JsonObject json(Health.Report report) {
    List<JsonValue> checks = new ArrayList<>();
    for (Health.Entry entry : report.entries()) {
      checks.add(
          JsonObject.builder()
              .put("name", entry.name())
              .put("state", entry.status().state().label())
              .put("detail", entry.status().detail())
              .build());
    }
    return JsonObject.builder()
        .put("ready", new JsonBoolean(report.isReady()))
        .put("checks", new JsonArray(checks))
        .build();
  }
}
