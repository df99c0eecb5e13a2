package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.pipeline.embedded.ChildControl;
import dev.canswarm.pipeline.embedded.EmbeddedStackException;
import dev.canswarm.pipeline.embedded.SharedStack;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.RetryableException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

final class RedisOutageIT {
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final int TIMEOUT_MILLIS = 500;

  private final ChildControl server = SharedStack.get().redis();
  private RedisDecisionGate gate;

  @BeforeEach
  void open() {
    gate = new RedisDecisionGate(TestRedis.settings(TIMEOUT_MILLIS));
  }

  @AfterEach
  void close() throws EmbeddedStackException {
    server.start();
    gate.closeLater().block();
  }

  private static DecisionRecord record(String need, String proposal) {
    return new DecisionRecord(
        new NeedId(need), new EnvelopeId(proposal), 1, 7, 2, "key", 1_700_000_000_123_456_789L);
  }

  private Mono<GateAnswer> untilBack(DecisionRecord record) {
    return gate.propose(record)
        .retryWhen(
            Retry.fixedDelay(200, Duration.ofMillis(50))
                .filter(RetryableException.class::isInstance));
  }

  @Test
  void aStoppedServerIsRetryableAtOnceAndTheGateComesBackByItself() throws Exception {
    DecisionRecord first = record("outage/stop", "p1");
    gate.propose(first).block();
    server.stop();
    StepVerifier.create(gate.propose(first)).expectError(RetryableException.class).verify(LONG);
    StepVerifier.create(gate.settle(first)).expectError(RetryableException.class).verify(LONG);
    StepVerifier.create(
            Flux.range(0, 5_000)
                .flatMap(i -> gate.propose(first).then().onErrorComplete(), 64)
                .then())
        .expectComplete()
        .verify(LONG);
    server.start();
    assertThat(untilBack(record("outage/stop", "p2")).block(LONG))
        .isEqualTo(new GateAnswer.Refused(first));
  }

  @Test
  void aServerThatIsAwayAtTheStartIsRetryableAndFoundLater() throws Exception {
    server.stop();
    DecisionRecord first = record("outage/late", "p1");
    StepVerifier.create(gate.propose(first)).expectError(RetryableException.class).verify(LONG);
    server.start();
    assertThat(untilBack(first).block(LONG)).isEqualTo(new GateAnswer.Admitted(first));
  }

  @Test
  void aSilentServerIsRetryableWithinTheTimeoutAndItsConnectionIsReplaced() {
    DecisionRecord first = record("outage/silent", "p1");
    gate.propose(first).block();
    server.pause();
    try {
      StepVerifier.create(
              Flux.range(0, 64)
                  .flatMap(
                      i ->
                          gate.propose(first)
                              .map(answer -> "answered")
                              .onErrorResume(RetryableException.class, e -> Mono.just("retryable")),
                      64)
                  .distinct())
          .expectNext("retryable")
          .expectComplete()
          .verify(LONG);
    } finally {
      server.resume();
    }
    assertThat(untilBack(first).block(LONG)).isEqualTo(new GateAnswer.Admitted(first));
  }
}
