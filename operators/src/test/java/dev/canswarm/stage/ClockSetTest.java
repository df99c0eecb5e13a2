package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AlignedStore;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ForwardingArtifactStore;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * The machine's clock is set by an hour, back or ahead, while NEEDs run: the clock of the processes
 * alone, that of the store alone, or both, as when they share a machine. With the clocks as {@code
 * SwarmNode} wires them, that changes no outcome and no timer.
 */
class ClockSetTest {
  private static final long HOUR_MILLIS = 3_600_000;

  /** Virtual time starts in 1970, and no clock may show a time before that. */
  private static final long AD_2001_MILLIS = 1_000_000_000_000L;

  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  /** Those of {@link MemorySwarm#POLICY}. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** For a sweep, and for what waits a moment because an answer may be on its way. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private static final int NEEDS = 4;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time, 0, 3);
  private final Disposable.Composite running = Disposables.composite();

  @BeforeEach
  void begin() {
    swarm.skewMillis.set(AD_2001_MILLIS);
    swarm.storeSkewMillis.set(AD_2001_MILLIS);
    swarm.time = TimeSource.steady(swarm.time, () -> time.now(TimeUnit.NANOSECONDS));
  }

  @AfterEach
  void stop() {
    running.dispose();
    time.dispose();
  }

  private Disposable start(String name, List<RoleName> roles) {
    return start(name, roles, swarm.artifacts);
  }

  private Disposable start(String name, List<RoleName> roles, ArtifactStore artifacts) {
    Disposable process =
        swarm
            .new Process(
                name,
                roles,
                MemorySwarm.builtIn(),
                event -> Mono.empty(),
                ports ->
                    ports
                        .withStore(new AlignedStore(ports.store(), swarm.time))
                        .withArtifacts(artifacts))
            .run()
            .subscribe();
    running.add(process);
    return process;
  }

  /** A task never ends, since its artifact is never stored. */
  private ArtifactStore stuck() {
    return new ForwardingArtifactStore(swarm.artifacts) {
      @Override
      public Mono<String> put(byte[] content) {
        return Mono.never();
      }
    };
  }

  private static List<RoleName> allBut(RoleName left) {
    List<RoleName> roles = new ArrayList<>(MemorySwarm.ALL_ROLES);
    roles.remove(left);
    return roles;
  }

  private void pass(Duration passed) {
    time.advanceTimeBy(passed);
  }

  private void setClocks(int hours, boolean ours, boolean stores) {
    swarm.skewMillis.addAndGet(ours ? hours * HOUR_MILLIS : 0);
    swarm.storeSkewMillis.addAndGet(stores ? hours * HOUR_MILLIS : 0);
  }

  private void submit(String prefix) {
    for (int i = 0; i < NEEDS; i++) {
      swarm.intake(prefix + i, WORDS);
    }
  }

  private List<Envelope> said(Verb verb) {
    return swarm.on(verb.topic()).stream().filter(one -> one.verb() == verb).toList();
  }

  private List<Outcome> outcomes() {
    return said(Verb.FINALIZE).stream()
        .map(end -> Finalize.parse(end.payload()).outcome())
        .toList();
  }

  private void assertThatAllEndedOnce(int needs) {
    assertThat(said(Verb.FINALIZE).stream().map(Envelope::need))
        .hasSize(needs)
        .doesNotHaveDuplicates();
    assertThat(swarm.broker.records(Topics.DEAD_LETTERS)).isEmpty();
    assertThat(swarm.openNeeds()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "-1,true,false",
    "-1,false,true",
    "-1,true,true",
    "1,true,false",
    "1,false,true",
    "1,true,true"
  })
  void everyNeedIsAcceptedThatRanThenOrComesLater(int hours, boolean ours, boolean stores) {
    start("some", allBut(RoleName.WORKER));
    submit("before-");
    pass(Duration.ofSeconds(5));
    assertThat(said(Verb.DECIDE)).as("all wait for a worker").hasSize(NEEDS);

    setClocks(hours, ours, stores);
    submit("after-");
    pass(Duration.ofSeconds(5));
    assertThat(said(Verb.FINALIZE)).isEmpty();
    start("workers", List.of(RoleName.WORKER));
    pass(Duration.ofSeconds(5));

    assertThat(outcomes()).hasSize(2 * NEEDS).containsOnly(Outcome.ACCEPTED);
    assertThat(said(Verb.RELEASE)).as("leases that ended early, and panels").isEmpty();
    assertThatAllEndedOnce(2 * NEEDS);
  }

  @ParameterizedTest
  @CsvSource({
    "-1,true,false",
    "-1,false,true",
    "-1,true,true",
    "1,true,false",
    "1,false,true",
    "1,true,true"
  })
  void aLeaseOfADeadWorkerEndsInItsTime(int hours, boolean ours, boolean stores) {
    start("some", allBut(RoleName.WORKER));
    Disposable worker = start("worker", List.of(RoleName.WORKER), stuck());
    swarm.intake("t", WORDS);
    pass(Duration.ofMillis(1));
    worker.dispose();
    assertThat(said(Verb.CLAIM)).hasSize(1);

    setClocks(hours, ours, stores);
    pass(LEASE.minus(SOON));
    assertThat(said(Verb.RELEASE)).as("not early").isEmpty();
    pass(SOON.multipliedBy(2));
    assertThat(said(Verb.RELEASE))
        .singleElement()
        .satisfies(
            release ->
                assertThat(Release.parse(release.payload()).cause())
                    .isEqualTo(Release.Cause.EXPIRED));
    start("another", List.of(RoleName.WORKER));
    pass(SOON);
    assertThat(outcomes()).containsExactly(Outcome.ACCEPTED);
    assertThatAllEndedOnce(1);
  }

  @ParameterizedTest
  @CsvSource({
    "-1,true,false",
    "-1,false,true",
    "-1,true,true",
    "1,true,false",
    "1,false,true",
    "1,true,true"
  })
  void aDeadlineIsNeitherEarlyNorLate(int hours, boolean ours, boolean stores) {
    start("some", allBut(RoleName.WORKER));
    swarm.intake("before", WORDS);
    pass(Duration.ofSeconds(1));
    setClocks(hours, ours, stores);
    swarm.intake("after", WORDS);

    pass(DEADLINE.minus(SOON));
    assertThat(said(Verb.FINALIZE)).as("not early").isEmpty();
    pass(SOON.multipliedBy(2));
    assertThat(outcomes()).containsExactly(Outcome.EXPIRED, Outcome.EXPIRED);
    assertThatAllEndedOnce(2);
  }
}
