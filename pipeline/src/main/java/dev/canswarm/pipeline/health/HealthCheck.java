package dev.canswarm.pipeline.health;

import dev.canswarm.pipeline.health.Finding.State;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Looks at one part.
 *
 * @param name of the part, such as {@code postgres}
 * @param worst the state of the part if the look fails or takes too long
 * @param look never blocks; an error is a finding too
 */
public record HealthCheck(String name, State worst, Supplier<Mono<Finding>> look) {}
