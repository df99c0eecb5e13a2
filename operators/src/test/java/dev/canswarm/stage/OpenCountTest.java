package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Bus;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Which NEEDs count as open, and that the two gates do not wait for each other. */
class OpenCountTest {
  private static final String WORDS =
      """
      {"task_type":"text.wordcount","input":{"text":"one two"}}
      """;

  private static final List<RoleName> BUT_WORKERS =
      MemorySwarm.ALL_ROLES.stream().filter(role -> role != RoleName.WORKER).toList();

  private static final Duration SOON = Duration.ofMillis(OpenCount.PARKED_AFTER_MILLIS / 2);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final List<Set<String>> holds = new ArrayList<>();

  @AfterEach
  void stop() {
    time.dispose();
  }

  private Disposable start(List<RoleName> roles) {
    return swarm
        .new Process(
            "p",
            roles,
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports -> ports.withBus(watched(ports.bus())))
        .run()
        .subscribe();
  }

  private Bus watched(Bus bus) {
    return new ForwardingBus(bus) {
      @Override
      public void hold(Set<String> topics) {
        holds.add(topics);
        super.hold(topics);
      }
    };
  }

  private void burst(int needs) {
    for (int i = 0; i < needs; i++) {
      swarm.intake("t-" + i, WORDS);
    }
  }

  private List<Envelope> ends() {
    return swarm.on(Verb.FINALIZE.topic());
  }

  @Test
  void aBurstBeyondBothGatesEndsWithoutWaitingForNeedsToBeParked() {
    swarm.needsOpenMax = 4;
    start(MemorySwarm.ALL_ROLES);
    burst(60);
    time.advanceTimeBy(SOON);
    assertThat(ends()).hasSize(60);
    assertThat(holds).contains(Set.of(Topics.INTAKE), Set.of());
    assertThat(holds).last().isEqualTo(Set.of());
  }

  @Test
  void needsThatWereOpenWhenThePartitionsCameAreCounted() {
    swarm.needsOpenMax = 8;
    Disposable before = start(BUT_WORKERS);
    burst(4);
    time.advanceTimeBy(SOON);
    before.dispose();
    holds.clear();

    start(BUT_WORKERS);
    time.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(holds).last().isEqualTo(Set.of(Topics.INTAKE));
    time.advanceTimeBy(SOON.multipliedBy(3));
    assertThat(holds).as("parked").last().isEqualTo(Set.of());
  }

  @Test
  void needsOfPartitionsThatAreGoneDoNotCount() {
    swarm.needsOpenMax = 8;
    start(BUT_WORKERS);
    burst(4);
    time.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(holds).last().isEqualTo(Set.of(Topics.INTAKE));
    // Two more members take some of the partitions.
    swarm.process("p", BUT_WORKERS).run().subscribe();
    swarm.process("p", BUT_WORKERS).run().subscribe();
    time.advanceTimeBy(Duration.ofSeconds(2));
    assertThat(holds).last().isEqualTo(Set.of());
  }

  @Test
  void whoseEndCameDoesNotCount() {
    swarm.needsOpenMax = 8;
    start(BUT_WORKERS);
    burst(4);
    time.advanceTimeBy(Duration.ofSeconds(1));
    swarm.process("w", List.of(RoleName.WORKER)).run().subscribe();
    time.advanceTimeBy(SOON);
    assertThat(ends()).hasSize(4);
    assertThat(holds).last().isEqualTo(Set.of());
  }
}
