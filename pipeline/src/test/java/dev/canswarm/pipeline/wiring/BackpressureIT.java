package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Overload shows up as Kafka lag, never as heap: the real servers, with PostgreSQL blocked. */
class BackpressureIT {
  private static final int RECORDS = 10_000;
  private static final int IN_FLIGHT_MAX = 256;
  private static final int POLL_RECORDS_MAX = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Test
  void aBlockedPostgresStopsTheTakingAndNothingIsLost() throws Exception {
    try (TestSwarm swarm = TestSwarm.start()) {
      SwarmNode node =
          swarm.node(
              "node-1",
              EnumSet.allOf(RoleName.class),
              Map.of(
                  "kafka.in-flight-max", String.valueOf(IN_FLIGHT_MAX),
                  "kafka.poll-records-max", String.valueOf(POLL_RECORDS_MAX)));
      swarm.stack.postgres().pause();
      for (int i = 0; i < RECORDS; i++) {
        swarm.producer.send(
            new ProducerRecord<>(
                Topics.INTAKE,
                ("t-" + i).getBytes(StandardCharsets.UTF_8),
                ("not json " + i).getBytes(StandardCharsets.UTF_8)));
      }
      swarm.producer.flush();
      awaitTrue(() -> node.bus().pausedPartitions() > 0);

      long polledMax = IN_FLIGHT_MAX + 2L * POLL_RECORDS_MAX;
      assertThat(node.bus().polled()).isBetween(1L, polledMax);
      assertThat(node.bus().inFlight()).isLessThanOrEqualTo(IN_FLIGHT_MAX);
      assertThat(swarm.all(Topics.DEAD_LETTERS)).isEmpty();

      swarm.stack.postgres().resume();
      awaitTrue(() -> swarm.all(Topics.DEAD_LETTERS).size() >= RECORDS);
      assertThat(
              swarm.all(Topics.DEAD_LETTERS).stream()
                  .map(letter -> TestSwarm.text(letter.key()))
                  .distinct())
          .hasSize(RECORDS);
    }
  }

  private static void awaitTrue(Callable<Boolean> condition) {
    Flux.interval(Duration.ofMillis(200), Schedulers.boundedElastic())
        .onBackpressureDrop()
        .concatMap(tick -> Mono.fromCallable(condition), 1)
        .filter(Boolean::booleanValue)
        .next()
        .block(PATIENCE);
  }
}
