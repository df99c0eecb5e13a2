package dev.canswarm.pipeline.cli.status;

import dev.canswarm.pipeline.postgres.OpenNeedsReader.OpenNeeds;
import java.util.Optional;

/**
 * The content of {@code ./swarm status} at one moment. A part that did not answer is empty, and
 * {@code …Failure} has the reason.
 *
 * @param atMillis when, by this process's clock
 */
record StatusSnapshot(
    long atMillis,
    Optional<KafkaSnapshot> kafka,
    String kafkaFailure,
    Optional<OpenNeeds> needs,
    String postgresFailure,
    Optional<HealthSnapshot> health,
    String httpFailure) {

  /** Whether everything answered and is ready. A process without HTTP is not asked. */
  boolean isWell() {
    return kafka.isPresent()
        && needs.isPresent()
        && httpFailure.isEmpty()
        && health.map(HealthSnapshot::ready).orElse(true);
  }
}
