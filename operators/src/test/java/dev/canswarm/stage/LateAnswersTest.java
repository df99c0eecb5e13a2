package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.protocol.payload.Finalize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A plan that is only late is not judged, when the roles are in different processes too. */
class LateAnswersTest {
  private static final String WORDS =
      """
      {"task_type":"text.wordcount","input":{"text":"one two"}}
      """;

  private static final Duration LATE = Duration.ofSeconds(25);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);

  @AfterEach
  void stop() {
    time.dispose();
  }

  private void start(List<RoleName> roles, UnaryOperator<Bus> around) {
    swarm
        .new Process(
            "with-" + roles.get(0),
            roles,
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports -> ports.withBus(around.apply(ports.bus())))
        .run()
        .subscribe();
  }

  private static List<RoleName> allBut(RoleName without) {
    return MemorySwarm.ALL_ROLES.stream().filter(role -> role != without).toList();
  }

  private List<String> outcomes() {
    return swarm.on(Verb.FINALIZE.topic()).stream()
        .map(Envelope::payload)
        .map(JsonObject.class::cast)
        .map(end -> Finalize.parse(end).outcome().name())
        .toList();
  }

  /** Delays records, one after the other, and counts what it keeps as not given yet. */
  private final class Slow extends ForwardingBus {
    private final Predicate<Delivery> which;
    private final Duration each;
    private final boolean isTold;
    private final AtomicLong kept = new AtomicLong();

    Slow(Bus bus, Predicate<Delivery> which, Duration each, boolean isTold) {
      super(bus);
      this.which = which;
      this.each = each;
      this.isTold = isTold;
    }

    @Override
    public Flux<List<Delivery>> batches() {
      return bus.batches()
          .flatMapIterable(batch -> batch)
          .groupBy(which::test)
          .flatMap(
              one ->
                  one.key()
                      ? one.doOnNext(d -> kept.incrementAndGet()).concatMap(this::later)
                      : one)
          .map(List::of);
    }

    private Mono<Delivery> later(Delivery delivery) {
      return Mono.just(delivery).delayElement(each, time).doOnNext(given -> kept.decrementAndGet());
    }

    @Override
    public long lag(String topic, int partition) {
      return isTold ? bus.lag(topic, partition) + kept.get() : 0;
    }
  }

  @Test
  void plannersThatWorkOffABacklogElsewhereAreNotJudged() {
    start(allBut(RoleName.PLANNER), bus -> bus);
    start(
        List.of(RoleName.PLANNER),
        bus ->
            new Slow(
                bus,
                delivery -> delivery.topic().equals(Verb.NEED.topic()),
                Duration.ofMillis(400),
                true));
    for (int i = 0; i < 60; i++) {
      swarm.intake("t-" + i, WORDS);
    }
    time.advanceTimeBy(Duration.ofSeconds(40));
    assertThat(outcomes()).hasSize(60).containsOnly("ACCEPTED");
  }

  /** The NEED is in the store, and waits for the planner, when its timer runs out. */
  private void planLate(boolean isTold) {
    start(List.of(RoleName.GATEWAY), bus -> bus);
    start(
        allBut(RoleName.GATEWAY),
        bus -> new Slow(bus, delivery -> delivery.topic().equals(Verb.NEED.topic()), LATE, isTold));
    // What is open when a process begins is read from the store: this comes later.
    time.advanceTimeBy(Duration.ofSeconds(1));
    swarm.intake("t", WORDS);
    time.advanceTimeBy(LATE.multipliedBy(2));
  }

  @Test
  void aNeedThatLiesInFrontOfThePlannersIsNotJudged() {
    planLate(true);
    assertThat(outcomes()).containsExactly("ACCEPTED");
  }

  @Test
  void withoutAWordOfItTheNeedEndsInTime() {
    planLate(false);
    assertThat(outcomes()).containsExactly("REJECTED");
  }
}
