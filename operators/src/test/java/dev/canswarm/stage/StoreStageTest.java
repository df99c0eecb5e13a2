package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
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
            ports -> ports.withStore(watched(ports.store(), before)))
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
    RecordingTracer tracer = new RecordingTracer();
    swarm.tracer = tracer;
    start(
        write ->
            write.candidates().stream()
                .filter(one -> one.row().slot().equals(Slot.DECIDE.key()))
                .filter(one -> rival.get() == null)
                .forEach(one -> decideFirst(one.row())));
    swarm.intake("t", WORDS);
    time.advanceTimeBy(Duration.ofSeconds(2));

    assertThat(stopped).isEmpty();
    assertThat(tracer.told())
        .filteredOn(told -> told.startsWith("lost "))
        .containsExactly("lost DECIDE as DECIDE");
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
          if (write.candidates().stream()
              .anyMatch(one -> one.row().threadId().equals(new ThreadId("bad")))) {
            throw new IllegalStateException("the store refuses this content");
          }
        });
    Flux.range(0, 3).subscribe(i -> swarm.intake("bad", WORDS));
    swarm.intake("good", WORDS);
    time.advanceTimeBy(Duration.ofSeconds(5));

    assertThat(stopped).isEmpty();
    assertThat(swarm.on("swarm.finalize"))
        .extracting(Envelope::threadId)
        .containsExactly(new ThreadId("good"));
    assertThat(swarm.deadLetters()).isEmpty();
    assertThat(swarm.failures).isNotEmpty();
  }

  /** One turn of one lane, for what the stage alone promises. */
  private static final class OneTurn {
    private final List<TurnWrite> writes = new ArrayList<>();
    private final StageBench bench;
    private final StoreStage stage;

    OneTurn(RoleName role, Before before) {
      bench =
          new StageBench(
              List.of(role),
              ports ->
                  ports.withStore(
                      watched(
                          ports.store(),
                          write -> {
                            writes.add(write);
                            before.write(write);
                          })));
      stage = new StoreStage(bench.context, bench.reactions);
    }

    Turn reactedOn(Envelope... envelopes) {
      return StoreStageTest.reactedOn(bench, envelopes);
    }

    Turn stored(Turn turn) {
      return bench.pass(stage, turn);
    }
  }

  /** A turn in which these came and were reacted on, of NEEDs of which nothing was stored. */
  private static Turn reactedOn(StageBench bench, Envelope... envelopes) {
    Turn turn = bench.turnOf(envelopes);
    for (NeedTurn need : turn.needs()) {
      need.state.follow(1);
      need.state.read();
      need.before = need.state.snapshot();
      bench.reactions.tryReact(need);
    }
    return turn;
  }

  private static RetryableException away() {
    return new RetryableException("store", new IOException("away"));
  }

  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  @Test
  void aTurnIsOneWrite() {
    OneTurn one = new OneTurn(RoleName.PLANNER, write -> {});
    Envelope another = PlayedNeed.anotherNeed(PlayedNeed.THREAD, "2");
    one.stored(one.reactedOn(PLAYED.need, another));
    assertThat(one.writes)
        .singleElement()
        .satisfies(
            write -> {
              assertThat(write.candidates()).hasSize(4);
              assertThat(write.timers()).hasSize(2);
            });
    one.bench.close();
  }

  @Test
  void aTurnThatWritesNothingAsksNobody() {
    OneTurn one = new OneTurn(RoleName.WORKER, write -> {});
    one.stored(one.bench.turnOf(PLAYED.need));
    assertThat(one.writes).isEmpty();
    one.bench.close();
  }

  @Test
  void whatIsStoredIsJudgedByTheStoresClockAndItsTimerIsArmed() {
    OneTurn one = new OneTurn(RoleName.PLANNER, write -> {});
    one.bench.swarm.storeSkewMillis.set(40_000);
    NeedState state = StageBench.only(one.stored(one.reactedOn(PLAYED.need))).state;
    assertThat(Objects.requireNonNull(state.full().need()).storedMillis()).isEqualTo(40_000);
    assertThat(state.armedMillis()).isEqualTo(one.bench.swarm.policy.planMillis());
    one.bench.close();
  }

  @Test
  void anOutageIsOutlastedAndTheSameWriteIsTriedAgain() {
    int[] fails = {2};
    OneTurn one =
        new OneTurn(
            RoleName.PLANNER,
            write -> {
              if (fails[0]-- > 0) {
                throw away();
              }
            });
    Turn turn = one.reactedOn(PLAYED.need);
    StepVerifier.create(one.stage.apply(Flux.just(turn)))
        .expectSubscription()
        .then(() -> one.bench.time.advanceTimeBy(Duration.ofMillis(299)))
        .then(() -> assertThat(one.writes).hasSize(2))
        .then(() -> one.bench.time.advanceTimeBy(Duration.ofMillis(1)))
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    assertThat(one.writes).hasSize(3).allMatch(one.writes.get(0)::equals);
    assertThat(turn.needs()).hasSize(1);
    one.bench.close();
  }

  @Test
  void contentThatFailsIsFoundByWritingEachNeedAlone() {
    OneTurn one =
        new OneTurn(
            RoleName.PLANNER,
            write -> {
              if (write.candidates().stream()
                  .anyMatch(row -> row.row().id().equals(PLAYED.need.id().text()))) {
                throw new IllegalStateException("the store refuses this content");
              }
            });
    Envelope another = PlayedNeed.anotherNeed(PlayedNeed.THREAD, "2");
    Turn turn = one.stored(one.reactedOn(PLAYED.need, another));
    assertThat(one.writes).extracting(write -> write.candidates().size()).containsExactly(4, 2, 2);
    assertThat(turn.needs())
        .singleElement()
        .satisfies(need -> assertThat(need.state.needId()).isEqualTo(another.need()));
    assertThat(one.bench.stored(PlayedNeed.THREAD.text())).hasSize(1);
    one.bench.close();
  }

  @Test
  void aNeedThatLosesTwiceKeepsWhatItLearntTheFirstTime() {
    Verdict silence = new Verdict(PLAYED.taskId(), 1, false, List.of(), Verdict.Cause.SILENCE);
    AtomicReference<StageBench> bench = new AtomicReference<>();
    int[] round = {0};
    OneTurn one =
        new OneTurn(
            RoleName.COORDINATOR,
            write -> {
              RowCodec rows = bench.get().context.rows();
              // First another coordinator's verdict is there before ours, then its end.
              SlotRow rival =
                  round[0]++ == 0
                      ? rows.verdict(PLAYED.need.need(), PlayedNeed.THREAD, silence)
                      : rows.candidate(Slot.FINALIZE, PLAYED.end, List.of());
              StoredRows.fill(bench.get().swarm.store, List.of(rival)).block();
            });
    bench.set(one.bench);
    NeedState state = one.bench.partition.states().get(PLAYED.need.need(), PlayedNeed.THREAD);
    PLAYED.all().subList(0, 5).forEach(known -> state.show(PlayedNeed.message(known, 0)));
    Turn turn = one.stored(one.reactedOn(PLAYED.votes.get(0), PLAYED.votes.get(1)));
    assertThat(turn.needs()).hasSize(1);
    assertThat(one.writes).hasSize(2);
    assertThat(state.full().verdict(PLAYED.taskId(), 1)).isEqualTo(silence);
    assertThat(Objects.requireNonNull(state.full().finalized()).envelope()).isEqualTo(PLAYED.end);
    assertThat(state.full().byId(PLAYED.votes.get(0).id())).as("stored with the first").isNotNull();
  }

  @Test
  void aNeedThatLosesEveryTimeIsHeldBackInTheEnd() {
    int[] writes = {0};
    StageBench bench =
        new StageBench(
            List.of(RoleName.PLANNER),
            ports ->
                ports.withStore(
                    new ForwardingSlotStore(ports.store()) {
                      @Override
                      public Mono<List<StoreOutcome>> store(TurnWrite write) {
                        writes[0]++;
                        return Mono.just(
                            write.candidates().stream()
                                .<StoreOutcome>map(row -> new StoreOutcome.LeftOut())
                                .toList());
                      }
                    }));
    Turn turn = reactedOn(bench, PLAYED.need);
    bench.pass(new StoreStage(bench.context, bench.reactions), turn);
    assertThat(writes[0]).isEqualTo(32);
    assertThat(turn.needs()).isEmpty();
    assertThat(bench.swarm.failures)
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessageContaining("lost 32 times"));
    bench.close();
  }

  @Test
  void aSlotThatHoldsWhatCannotBeReadHoldsItsNeedBack() {
    OneTurn one = new OneTurn(RoleName.PLANNER, write -> {});
    SlotRow wanted = reactedOn(one.bench, PLAYED.need).needs().get(0).outputs.rows.get(1).row();
    SlotRow damaged =
        SlotRow.at(wanted.scope(), wanted.slot())
            .need(wanted.needId(), wanted.threadId())
            .kind(wanted.kind())
            .bytes(new byte[] {'{'})
            .build();
    StoredRows.fill(one.bench.swarm.store, List.of(damaged)).block();
    one.bench.partition.states().drop(NeedState.keyOf(PLAYED.need.need(), PlayedNeed.THREAD));
    Turn turn = one.stored(reactedOn(one.bench, PLAYED.need));
    assertThat(turn.needs()).isEmpty();
    assertThat(one.bench.swarm.failures).hasSize(1);
    one.bench.close();
  }

  @Test
  void closingsGoWithTheTurnAndTheNeedIsClosed() {
    OneTurn one = new OneTurn(RoleName.PLANNER, write -> {});
    NeedState over = one.bench.partition.states().get(new NeedId("over"), PlayedNeed.THREAD);
    NeedState never = one.bench.partition.states().get(new NeedId("never"), PlayedNeed.THREAD);
    Turn turn =
        new Turn(
            one.bench.lane,
            0,
            Map.of(
                over.needId(),
                new Turn.Closing(one.bench.partition, over, false),
                never.needId(),
                new Turn.Closing(one.bench.partition, never, true)));
    one.stored(turn);
    assertThat(one.writes)
        .singleElement()
        .satisfies(
            write -> {
              assertThat(write.closings()).containsExactly(over.needId());
              assertThat(write.abandonments()).containsExactly(never.needId());
            });
    assertThat(over.isClosed()).isTrue();
    assertThat(one.bench.partition.states().get(new NeedId("never"), PlayedNeed.THREAD))
        .isNotSameAs(never);
    one.bench.close();
  }

  @Test
  void anAbandonedNeedThatComesAtThisVeryMomentIsReadAgain() {
    OneTurn one = new OneTurn(RoleName.PLANNER, write -> {});
    NeedState state = one.bench.partition.states().get(PLAYED.need.need(), PlayedNeed.THREAD);
    state.read();
    Turn turn =
        new Turn(
            one.bench.lane,
            1,
            Map.of(PLAYED.need.need(), new Turn.Closing(one.bench.partition, state, true)));
    turn.add(PLAYED.need.need(), PlayedNeed.THREAD, one.bench.arrival(PLAYED.need));
    one.stored(turn);
    assertThat(state.isUnread()).isTrue();
    assertThat(one.bench.partition.states().get(PLAYED.need.need(), PlayedNeed.THREAD))
        .isSameAs(state);
    one.bench.close();
  }

  @Test
  void aDeadLetterIsSentByTheProcessThatFillsItsSlot() {
    OneTurn one = new OneTurn(RoleName.PLANNER, write -> {});
    Turn.Stateless record =
        StatelessRecords.of(
            StageBench.arrival(
                one.bench.delivery("swarm.need", null, new byte[] {'x'}),
                new Decoded.Refused(Reason.MALFORMED_JSON, "decode", "")),
            Candidate.UNPINNED,
            one.bench.context);
    Turn turn = one.bench.turn();
    turn.stateless.add(record);
    one.stored(turn);
    assertThat(record.sends).hasSize(1);

    // The same record again, as after a crash: its slot holds this process's row.
    Turn.Stateless again =
        StatelessRecords.of(record.arrival, Candidate.UNPINNED, one.bench.context);
    Turn second = one.bench.turn();
    second.stateless.add(again);
    one.stored(second);
    assertThat(again.sends).hasSize(1);
    one.bench.close();
  }
}
