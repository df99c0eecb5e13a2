package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.stage.StageMeter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProtocolMetersTest {
  private static final String HASH = "ab".repeat(32);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ProtocolMeters meters = new ProtocolMeters(registry, StageMeter.NONE);

  @Test
  void everySeriesIsThereBeforeAnythingHappens() {
    String text = registry.scrape();
    assertThat(text)
        .contains("swarm_messages_total{verb=\"CLAIM\"} 0.0")
        .contains("swarm_needs_ended_total{outcome=\"REJECTED\",reason=\"NO_PLAN\"} 0.0")
        .contains("swarm_dead_letters_total{reason=\"BAD_SIGNATURE\"} 0.0")
        .contains("swarm_releases_total{reason=\"EXPIRED\"} 0.0")
        .contains("swarm_votes_total{outcome=\"REJECT\"} 0.0")
        .contains("swarm_equivocations_total 0.0")
        .contains("swarm_need_seconds_bucket{outcome=\"ACCEPTED\",le=\"0.5\"} 0");
  }

  @Test
  void votesReleasesAndDeadLettersAreCountedByWhatTheySay() {
    meters.stored(Verb.ATTEST, new Attest(new EnvelopeId(HASH), true, null, null), false, -1);
    meters.stored(Verb.ATTEST, new Attest(new EnvelopeId(HASH), false, null, null), true, -1);
    meters.stored(
        Verb.RELEASE,
        new Release(new TaskId(HASH), 2, 2, Release.Cause.EXPIRED, List.of(), List.of()),
        false,
        -1);
    meters.deadLettered(Reason.BAD_PLAN);
    assertThat(registry.scrape())
        .contains("swarm_messages_total{verb=\"ATTEST\"} 2.0")
        .contains("swarm_votes_total{outcome=\"ACCEPT\"} 1.0")
        .contains("swarm_votes_total{outcome=\"REJECT\"} 1.0")
        .contains("swarm_equivocations_total 1.0")
        .contains("swarm_releases_total{reason=\"EXPIRED\"} 1.0")
        .contains("swarm_dead_letters_total{reason=\"BAD_PLAN\"} 1.0");
  }

  @Test
  void anEndFallsIntoTheBucketOfItsTime() {
    meters.stored(Verb.FINALIZE, end(Outcome.ACCEPTED, null), false, 700);
    assertThat(registry.scrape())
        .contains("swarm_needs_ended_total{outcome=\"ACCEPTED\",reason=\"none\"} 1.0")
        .contains("swarm_need_seconds_bucket{outcome=\"ACCEPTED\",le=\"0.5\"} 0")
        .contains("swarm_need_seconds_bucket{outcome=\"ACCEPTED\",le=\"1.0\"} 1")
        .contains("swarm_need_seconds_sum{outcome=\"ACCEPTED\"} 0.7");
  }

  @Test
  void aReasonThatNobodyKnowsAddsNoSeries() {
    int before = registry.getMeters().size();
    meters.stored(Verb.FINALIZE, end(Outcome.REJECTED, "MADE_UP"), false, -1);
    assertThat(registry.getMeters()).hasSize(before);
    assertThat(registry.scrape())
        .contains("swarm_needs_ended_total{outcome=\"REJECTED\",reason=\"other\"} 1.0")
        .contains("swarm_need_seconds_count{outcome=\"REJECTED\"} 0")
        .doesNotContain("MADE_UP");
  }

  private static Finalize end(Outcome outcome, @Nullable String reason) {
    return new Finalize(outcome, reason, "", List.of());
  }
}
