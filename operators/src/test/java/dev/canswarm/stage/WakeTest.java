package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ForwardingArtifactStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A timer runs out, and the process that wakes the NEED fails or dies at any call: it is woken
 * again at once, and not when the next timer runs out.
 */
class WakeTest {
  private static final Duration LEASE = Duration.ofSeconds(5);

  /** For what has to be tried again, and for a sweep to come by. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private static final Duration STEP = Duration.ofMillis(250);
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);
  private static final int CALLS_MAX = 1000;
  private static final List<RoleName> BUT_WORKERS =
      MemorySwarm.ALL_ROLES.stream().filter(role -> role != RoleName.WORKER).toList();

  private static final String NEED =
      """
      {"task_type":"text.wordcount","input":{"text":"a"}}
      """;

  private static final String POLICY =
      MemorySwarm.POLICY
          .formatted(0, 3)
          .replace("\"lease_ms\":30000", "\"lease_ms\":" + LEASE.toMillis());

  @ParameterizedTest
  @EnumSource
  void anExpiredLeaseIsReleasedInTimeUnderEveryFault(Faults.Mode mode) {
    int points = 0;
    while (run(mode, points)) {
      points++;
      assertThat(points).isLessThan(CALLS_MAX);
    }
    assertThat(points).isGreaterThan(20);
  }

  /** Whether there was a call of that number. */
  private static boolean run(Faults.Mode mode, int target) {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try {
      MemorySwarm swarm = new MemorySwarm(time, POLICY);
      Faults faults = new Faults(mode, target);
      MemorySwarm.Process faulty =
          swarm
          .new Process(
              "faulty", BUT_WORKERS, MemorySwarm.builtIn(), event -> Mono.empty(), faults::around);
      MemorySwarm.Process worker =
          swarm
          .new Process(
              "stuck",
              List.of(RoleName.WORKER),
              MemorySwarm.builtIn(),
              event -> Mono.empty(),
              WakeTest::thatNeverEnds);
      List<Throwable> stopped = new ArrayList<>();
      worker.run().subscribe(done -> {}, stopped::add);
      Disposable running = faulty.run().subscribe(done -> {}, stopped::add);
      swarm.intake("t", NEED);
      boolean restarted = false;
      Duration watched = Duration.ZERO;
      Duration passed = Duration.ZERO;
      while (passed.compareTo(LONG_ENOUGH) < 0 && !isSent(swarm, Verb.RELEASE)) {
        if (faults.isDead() && !restarted) {
          running.dispose();
          swarm.process("faulty", BUT_WORKERS).run().subscribe(done -> {}, stopped::add);
          restarted = true;
          watched = passed;
        }
        if (!isSent(swarm, Verb.CLAIM)) {
          watched = passed;
        }
        time.advanceTimeBy(STEP);
        passed = passed.plus(STEP);
      }
      assertThat(stopped).isEmpty();
      assertThat(passed.minus(watched))
          .as("%s at call %d, %s", mode, target, faults.struck())
          .isLessThanOrEqualTo(LEASE.plus(SLACK));
      return !faults.struck().isEmpty();
    } finally {
      time.dispose();
    }
  }

  private static boolean isSent(MemorySwarm swarm, Verb verb) {
    return swarm.on(verb.topic()).stream().anyMatch(envelope -> envelope.verb() == verb);
  }

  private static MemorySwarm.Ports thatNeverEnds(MemorySwarm.Ports ports) {
    ArtifactStore stuck =
        new ForwardingArtifactStore(ports.artifacts()) {
          @Override
          public Mono<String> put(byte[] content) {
            return Mono.never();
          }
        };
    return ports.withArtifacts(stuck);
  }
}
