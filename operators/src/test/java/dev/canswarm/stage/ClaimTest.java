package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ForwardingArtifactStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Permit first, then CLAIM, then run: a lease covers the run of its task, and no waiting. */
class ClaimTest {
  private static final String WORDS =
      """
      {"task_type":"text.wordcount","input":{"text":"one two %d"}}
      """;

  private static final int GRANTS = 20;
  private static final Duration TASK = Duration.ofSeconds(2);
  private static final Duration STEP = Duration.ofMillis(100);

  /** A quarter more than the tasks take one after the other. */
  private static final int STEPS_MAX = 25 * GRANTS;

  /** Shorter than two tasks. */
  private static final String POLICY =
      MemorySwarm.POLICY
          .formatted(0, 3)
          .replace("\"lease_ms\":30000", "\"lease_ms\":3000")
          .replace("\"deadline_ms\":60000", "\"deadline_ms\":600000");

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time, POLICY);

  @BeforeEach
  void onePermit() {
    swarm.tasksRunningMax = 1;
    swarm.needsOpenMax = 4 * GRANTS;
  }

  @AfterEach
  void stop() {
    time.dispose();
  }

  private Disposable start() {
    return swarm
        .new Process(
            "p",
            MemorySwarm.ALL_ROLES,
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports -> ports.withArtifacts(slow(ports.artifacts())))
        .run()
        .subscribe();
  }

  /** A task takes as long as its artifact is stored. */
  private ArtifactStore slow(ArtifactStore artifacts) {
    return new ForwardingArtifactStore(artifacts) {
      @Override
      public Mono<String> put(byte[] content) {
        return Mono.delay(TASK, time).then(super.put(content));
      }
    };
  }

  private void submit(int needs) {
    for (int i = 0; i < needs; i++) {
      swarm.intake("t-" + i, WORDS.formatted(i));
    }
  }

  private List<Envelope> said(Verb verb) {
    return swarm.on(verb.topic()).stream().filter(one -> one.verb() == verb).toList();
  }

  @Test
  void withOnePermitEachOfManyGrantsIsClaimedOnlyWhenItsTaskCanRun() {
    start();
    submit(GRANTS);
    for (int i = 0; i < STEPS_MAX && said(Verb.FINALIZE).size() < GRANTS; i++) {
      time.advanceTimeBy(STEP);
      assertThat(said(Verb.CLAIM).size() - said(Verb.COMMIT).size()).isBetween(0, 1);
    }
    assertThat(said(Verb.FINALIZE)).hasSize(GRANTS);
    assertThat(said(Verb.CLAIM)).hasSize(GRANTS);
    assertThat(said(Verb.RELEASE)).as("leases that ran out").isEmpty();
  }

  @Test
  void grantsThatWaitedWhenTheProcessEndedAreClaimedByTheNextOne() {
    Disposable first = start();
    submit(8);
    time.advanceTimeBy(Duration.ofSeconds(1));
    assertThat(said(Verb.DECIDE)).hasSize(8);
    assertThat(said(Verb.CLAIM)).hasSize(1);
    assertThat(swarm.broker.unacknowledged("p", List.of(Verb.DECIDE.topic())))
        .as("an unclaimed grant is itself the debt")
        .isZero();
    first.dispose();

    start();
    time.advanceTimeBy(TASK.multipliedBy(20));
    assertThat(said(Verb.FINALIZE)).hasSize(8);
  }
}
