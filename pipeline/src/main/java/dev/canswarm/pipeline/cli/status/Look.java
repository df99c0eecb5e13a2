package dev.canswarm.pipeline.cli.status;

import dev.canswarm.pipeline.postgres.OpenNeedsLook.OpenNeeds;
import java.util.Optional;

/**
 * What one look found. A part that did not answer is empty, and {@code …Failure} says why.
 *
 * @param atMillis when, by this process's clock
 */
record Look(
    long atMillis,
    Optional<KafkaLook> kafka,
    String kafkaFailure,
    Optional<OpenNeeds> needs,
    String postgresFailure,
    Optional<HealthLook> health,
    String httpFailure) {

  /** Whether everything answered and is ready. A process without HTTP is not asked. */
  boolean isWell() {
    return kafka.isPresent()
        && needs.isPresent()
        && httpFailure.isEmpty()
        && health.map(HealthLook::ready).orElse(true);
  }
}
