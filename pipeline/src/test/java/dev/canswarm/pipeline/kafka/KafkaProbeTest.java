package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What a probe does without brokers; {@code CommandsIT} asks real ones. */
class KafkaProbeTest {
  private static BusSettings settings(Map<String, String> extra) {
    return BusSettings.builder("127.0.0.1:1", "group")
        .topics(List.of("need"), 1)
        .extra(extra)
        .build();
  }

  @Test
  void aClientIsMadeForTheFirstQuestionAndASettingThatPreventsItIsItsFailure() {
    try (KafkaProbe probe =
        new KafkaProbe(
            settings(Map.of("security.protocol", "NONE_SUCH")), Schedulers.immediate())) {
      for (int i = 0; i < 2; i++) {
        StepVerifier.create(probe.brokers())
            .expectErrorSatisfies(
                failure -> assertThat(failure).isInstanceOf(ConfigException.class))
            .verify();
      }
    }
  }

  @Test
  void theClientIsMadeWhereItMayBlock() {
    Queue<Runnable> blocking = new ArrayDeque<>();
    try (KafkaProbe probe =
        new KafkaProbe(
            settings(Map.of("security.protocol", "NONE_SUCH")),
            Schedulers.fromExecutor(blocking::add))) {
      var asked = probe.brokers().toFuture();
      assertThat(asked).isNotDone();
      blocking.remove().run();
      assertThat(asked).isCompletedExceptionally();
    }
  }

  @Test
  void aClosedProbeAsksNobody() {
    KafkaProbe probe = new KafkaProbe(settings(Map.of()), Schedulers.immediate());
    probe.close();
    StepVerifier.create(probe.brokers())
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the probe is closed"))
        .verify();
    probe.close();
  }
}
