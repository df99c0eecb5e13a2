package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Every evaluation under the policy is recorded with what it took. */
class GasAuditedTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final List<AuditEvent> events = new ArrayList<>();
  private Disposable running = () -> {};

  @AfterEach
  void stop() {
    running.dispose();
  }

  private MemorySwarm run(String policy, String... needs) {
    MemorySwarm swarm = new MemorySwarm(time, policy);
    running =
        swarm
            .new Process(
                "all",
                MemorySwarm.ALL_ROLES,
                MemorySwarm.builtIn(),
                more -> Mono.fromRunnable(() -> events.addAll(more)))
            .run()
            .subscribe();
    for (String need : needs) {
      swarm.intake("t", need);
    }
    time.advanceTimeBy(Duration.ofSeconds(1));
    return swarm;
  }

  @Test
  void whatWasSentAndDeliveredIsRecordedWithItsGas() {
    MemorySwarm swarm = run(MemorySwarm.POLICY.formatted(0, 1), WORDS);
    PolicyCheck check = new PolicyCheck(swarm.policy, swarm.trust);
    assertThat(events).hasSizeGreaterThanOrEqualTo(16);
    for (AuditEvent event : events) {
      Envelope envelope = swarm.codec.decodeAndVerify(event.content());
      assertThat(event.gas()).as("%s", envelope).isEqualTo(check.gasOf(envelope)).isPositive();
    }
    assertThat(events)
        .extracting(AuditEvent::direction)
        .contains(Direction.PUBLISHED, Direction.DELIVERED);
  }

  @Test
  void aRefusalIsRecordedWithTheGasThatItTook() {
    MemorySwarm swarm =
        run(
            MemorySwarm.POLICY.formatted(0, 1).replace("evaluation\":100000", "evaluation\":390"),
            WORDS,
            "no JSON");
    assertThat(swarm.deadLetters())
        .extracting(headers -> headers.get("swarm-reason"))
        .containsExactlyInAnyOrder("OUT_OF_GAS", "MALFORMED_JSON");
    assertThat(events)
        .filteredOn(event -> event.note().startsWith("OUT_OF_GAS"))
        .singleElement()
        .satisfies(event -> assertThat(event.gas()).isBetween(391L, 500L));
    assertThat(events)
        .filteredOn(event -> event.note().startsWith("MALFORMED_JSON"))
        .singleElement()
        .satisfies(event -> assertThat(event.gas()).isZero());
  }
}
