package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What becomes of a turn whose rows are not stored as they were reacted on. */
class StoreStageTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a\"}}";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final AtomicReference<Envelope> rival = new AtomicReference<>();
  private final List<Throwable> stopped = new ArrayList<>();

  @AfterEach
  void stop() {
    time.dispose();
  }

  /** Something done in front of every write of a turn; an error it throws is the write's. */
  @FunctionalInterface
  private interface Before {
    void write(TurnWrite write);
  }

  private void start(Before before) {
    swarm
        .new Process(
            "p",
            MemorySwarm.ALL_ROLES,
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports ->
                new MemorySwarm.Ports(
                    ports.bus(),
                    watched(ports.store(), before),
                    ports.gate(),
                    ports.artifacts(),
                    ports.audit()))
        .run()
        .subscribe(done -> {}, stopped::add);
  }

  private static SlotStore watched(SlotStore store, Before before) {
    return (SlotStore)
        Proxy.newProxyInstance(
            SlotStore.class.getClassLoader(),
            new Class<?>[] {SlotStore.class},
            (proxy, method, arguments) -> {
              Object answer = method.invoke(store, arguments);
              if (!method.getName().equals("store")) {
                return answer;
              }
              return Mono.defer(
                  () -> {
                    before.write((TurnWrite) arguments[0]);
                    return (Mono<?>) answer;
                  });
            });
  }

  /** Another decider, who decides the same at another epoch, is there first. */
  private void decideFirst(SlotRow row) {
    Envelope own = swarm.codec.decodeAndVerify(row.bytes());
    Decide terms = Decide.parse(own.payload());
    Decide other =
        new Decide(
            terms.proposalId(),
            terms.epoch() + 7,
            terms.kPlan(),
            terms.k(),
            terms.policy(),
            terms.trust(),
            terms.verifiers());
    Draft draft =
        Draft.builder(own.verb(), own.threadId())
            .need(own.needId())
            .lamport(own.lamport())
            .parents(own.parents())
            .policyHash(own.policyHash())
            .payload(other.toJson())
            .build();
    Envelope envelope =
        swarm.codec.sign(draft, Objects.requireNonNull(swarm.keys.get("decider")), 1);
    rival.set(envelope);
    StoredRows.fill(
            swarm.store,
            List.of(new RowCodec(swarm.codec).candidate(Slot.DECIDE, envelope, List.of())))
        .subscribe();
  }

  @Test
  void aNeedThatLostASlotGoesOnWithWhatTheSlotHolds() {
    start(
        write ->
            write.candidates().stream()
                .filter(one -> one.row().slot().equals(Slot.DECIDE.key()))
                .filter(one -> rival.get() == null)
                .forEach(one -> decideFirst(one.row())));
    swarm.intake("t", WORDS);
    time.advanceTimeBy(Duration.ofSeconds(2));

    assertThat(stopped).isEmpty();
    assertThat(swarm.on("swarm.decide")).containsOnly(rival.get());
    assertThat(swarm.on("swarm.lease").get(0).parents()).containsExactly(rival.get().id());
    assertThat(swarm.on("swarm.finalize"))
        .singleElement()
        .satisfies(
            end ->
                assertThat(Finalize.parse(end.payload()).outcome())
                    .isEqualTo(Finalize.Outcome.ACCEPTED));
  }

  @Test
  void aNeedWhoseContentCannotBeStoredHoldsBackNoOther() {
    start(
        write -> {
          if (write.candidates().stream().anyMatch(one -> one.row().threadId().equals("bad"))) {
            throw new IllegalStateException("the store refuses this content");
          }
        });
    Flux.range(0, 3).subscribe(i -> swarm.intake("bad", WORDS));
    swarm.intake("good", WORDS);
    time.advanceTimeBy(Duration.ofSeconds(5));

    assertThat(stopped).isEmpty();
    assertThat(swarm.on("swarm.finalize")).extracting(Envelope::threadId).containsExactly("good");
    assertThat(swarm.deadLetters()).isEmpty();
    assertThat(swarm.failures).isNotEmpty();
  }
}
