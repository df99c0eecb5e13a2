package dev.canswarm.pipeline.health;

import dev.canswarm.pipeline.health.HealthStatus.State;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Checks one part of the process or one server that it depends on.
 *
 * @param name of the part, such as {@code postgres}
 * @param worst the state of the part if the probe fails or takes too long
 * @param probe asks the part; must not block. An error counts as {@code worst}
 */
public record HealthCheck(String name, State worst, Supplier<Mono<HealthStatus>> probe) {
  /** The name of the check of Redis, which {@code ./swarm status} reads. */
  public static final String REDIS = "redis";
}
