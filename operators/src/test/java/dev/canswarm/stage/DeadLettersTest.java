package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** One dead letter per source position, whoever reads it and whatever fails on the way. */
class DeadLettersTest {
  private final MemorySwarm swarm = new MemorySwarm(VirtualTimeScheduler.create());

  private DeadLetters of(String process, Faults faults) {
    MemorySwarm.Ports ports =
        faults.around(
            new MemorySwarm.Ports(
                swarm.bus(), swarm.store, swarm.gate, swarm.artifacts, event -> Mono.empty()));
    return new DeadLetters(ports.bus(), ports.store(), ports.audit(), process);
  }

  private DeadLetters of(String process) {
    return of(process, new Faults(Faults.Mode.FAILS_UNDONE, Integer.MAX_VALUE));
  }

  private static DeadLetters.Letter letter(long offset, String detail) {
    return new DeadLetters.Letter(
        new Source("memory", "swarm.commit", 2, offset),
        "key".getBytes(StandardCharsets.UTF_8),
        "value".getBytes(StandardCharsets.UTF_8),
        Reason.BAD_SHAPE,
        "decode",
        detail);
  }

  private List<MemoryBroker.Stored> sent() {
    return swarm.broker.records(Topics.DEAD_LETTERS);
  }

  @Test
  void theLetterIsTheRecordWithTheReasonInItsHeaders() {
    StepVerifier.create(of("p").send(letter(7, "expected x, got y"))).verifyComplete();

    MemoryBroker.Stored record = sent().get(0);
    assertThat(record.key()).isEqualTo("key".getBytes(StandardCharsets.UTF_8));
    assertThat(record.value()).isEqualTo("value".getBytes(StandardCharsets.UTF_8));
    assertThat(record.headers())
        .containsEntry("swarm-reason", "BAD_SHAPE")
        .containsEntry("swarm-stage", "decode")
        .containsEntry("swarm-topic", "swarm.commit")
        .containsEntry("swarm-partition", "2")
        .containsEntry("swarm-offset", "7")
        .containsEntry("swarm-detail", "expected x, got y");
  }

  @Test
  void aLongDetailIsCut() {
    StepVerifier.create(of("p").send(letter(7, "x".repeat(5000)))).verifyComplete();
    assertThat(Objects.requireNonNull(sent().get(0).headers().get("swarm-detail")))
        .hasSize(DeadLetters.DETAIL_CHARS_MAX);
  }

  @Test
  void twoProcessesThatReadOnePositionSendItOnce() {
    StepVerifier.create(of("p").send(letter(7, "no"))).verifyComplete();
    StepVerifier.create(of("q").send(letter(7, "no"))).verifyComplete();
    assertThat(sent()).hasSize(1);
    StepVerifier.create(of("q").send(letter(8, "no"))).verifyComplete();
    assertThat(sent()).hasSize(2);
  }

  @Test
  void aSendThatFailedIsMadeUpForByTheNextTry() {
    // The calls are: fill, send, audit.
    DeadLetters failing = of("p", new Faults(Faults.Mode.FAILS_UNDONE, 1));
    StepVerifier.create(failing.send(letter(7, "no"))).verifyError(RetryableException.class);
    assertThat(sent()).isEmpty();
    StepVerifier.create(of("q").send(letter(7, "no"))).verifyComplete();
    assertThat(sent()).as("another process leaves it to the one that has the slot").isEmpty();

    StepVerifier.create(failing.send(letter(7, "no"))).verifyComplete();
    assertThat(sent()).hasSize(1);
  }

  @Test
  void aProcessThatDiedBeforeItSentSendsItAfterItsRestart() {
    Faults dying = new Faults(Faults.Mode.DIES_BEFORE, 1);
    of("p", dying).send(letter(7, "no")).subscribe();
    assertThat(dying.isDead()).isTrue();
    assertThat(sent()).isEmpty();

    StepVerifier.create(of("p").send(letter(7, "no"))).verifyComplete();
    assertThat(sent()).hasSize(1);
  }
}
