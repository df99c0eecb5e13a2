package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** One send and one audit append for each turn, and the turn goes on once both are durable. */
class PublishStageTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final List<List<String>> sends = new ArrayList<>();
  private final List<List<Direction>> appends = new ArrayList<>();
  private int sendsThatFail;
  private int appendsThatFail;
  private Mono<Void> audited = Mono.empty();

  private final StageBench bench =
      new StageBench(
          List.of(),
          ports ->
              new MemorySwarm.Ports(
                  watched(ports.bus()), ports.store(), ports.gate(), ports.artifacts(), audit()));

  private final PublishStage stage = new PublishStage(bench.context);

  @AfterEach
  void stop() {
    bench.close();
  }

  private Bus watched(Bus bus) {
    return new ForwardingBus(bus) {
      @Override
      public Mono<Void> send(List<OutgoingRecord> records) {
        sends.add(records.stream().map(OutgoingRecord::topic).toList());
        return sendsThatFail-- > 0 ? Mono.error(away("send")) : Mono.empty();
      }
    };
  }

  private AuditLog audit() {
    return events -> {
      appends.add(events.stream().map(AuditEvent::direction).toList());
      return appendsThatFail-- > 0 ? Mono.error(away("append")) : audited;
    };
  }

  private static RetryableException away(String what) {
    return new RetryableException(what, new IOException("away"));
  }

  private Turn turnThatSays() {
    Turn turn = bench.turnOf(PLAYED.need);
    NeedTurn need = StageBench.only(turn);
    need.outputs.sends.add(PLAYED.propose);
    need.outputs.resends.add(PLAYED.need);
    need.state.markUnsent(PLAYED.propose);
    return turn;
  }

  @Test
  void aTurnThatSaysNothingAsksNobody() {
    Turn turn = bench.turnOf(PLAYED.need);
    assertThat(bench.pass(stage, turn)).isSameAs(turn);
    assertThat(sends).isEmpty();
    assertThat(appends).isEmpty();
  }

  @Test
  void allThatATurnSaysIsOneSendAndOneAppend() {
    Turn turn = turnThatSays();
    Turn.Stateless moved =
        StatelessRecords.of(bench.arrival(PLAYED.commit), Candidate.UNPINNED, bench.context);
    moved.audits.add(StatelessRecords.published(PLAYED.commit, 0));
    turn.stateless.add(moved);
    NeedTurn need = StageBench.only(turn);
    need.letters.add(
        new DeadLetters.Letter(
            new RecordPosition("memory", "swarm.need", 0, 1),
            null,
            null,
            Reason.BAD_LAMPORT,
            "store",
            "late"));
    bench.pass(stage, turn);
    assertThat(sends)
        .containsExactly(
            List.of("swarm.propose", "swarm.need", Topics.DEAD_LETTERS, "swarm.commit"));
    assertThat(appends)
        .containsExactly(
            List.of(
                Direction.PUBLISHED,
                Direction.PUBLISHED,
                Direction.DEAD_LETTERED,
                Direction.PUBLISHED));
  }

  @Test
  void whatWasSentIsOnItsTopic() {
    Turn turn = turnThatSays();
    NeedState state = StageBench.only(turn).state;
    assertThat(state.unsent()).containsExactly(PLAYED.propose);
    bench.pass(stage, turn);
    assertThat(state.unsent()).isEmpty();
    assertThat(state.isOnTopic(PLAYED.propose.id())).isTrue();
    assertThat(state.isOnTopic(PLAYED.need.id())).isTrue();
  }

  @Test
  void aTurnWaitsUntilItsAuditRecordsAreDurable() {
    Sinks.Empty<Void> durable = Sinks.empty();
    audited = durable.asMono();
    Turn turn = turnThatSays();
    StepVerifier.create(stage.apply(Flux.just(turn)))
        .expectSubscription()
        .then(
            () -> assertThat(StageBench.only(turn).state.isOnTopic(PLAYED.propose.id())).isFalse())
        .then(durable::tryEmitEmpty)
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
  }

  @Test
  void anOutageOfTheBusIsOutlastedWithoutASecondAuditRecord() {
    sendsThatFail = 2;
    Turn turn = turnThatSays();
    StepVerifier.create(stage.apply(Flux.just(turn)))
        .expectSubscription()
        .then(() -> bench.time.advanceTimeBy(Duration.ofMillis(299)))
        .then(() -> assertThat(sends).hasSize(2))
        .then(() -> bench.time.advanceTimeBy(Duration.ofMillis(1)))
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    assertThat(sends).hasSize(3).allMatch(sends.get(0)::equals);
    assertThat(appends).hasSize(1);
    assertThat(bench.swarm.failures).hasSize(2);
    assertThat(bench.swarm.failuresAbout)
        .hasSize(2)
        .containsOnly(new FailureLog.About(PLAYED.need.need(), PlayedNeed.THREAD));
  }

  @Test
  void anOutageOfTheAuditLogIsOutlastedWithoutASecondSend() {
    appendsThatFail = 1;
    Turn turn = turnThatSays();
    StepVerifier.create(stage.apply(Flux.just(turn)))
        .expectSubscription()
        .then(() -> bench.time.advanceTimeBy(Duration.ofMillis(100)))
        .expectNext(turn)
        .expectComplete()
        .verify(StageBench.TIMEOUT);
    assertThat(appends).hasSize(2);
    assertThat(sends).hasSize(1);
  }

  @Test
  void aNeedThatWasHeldBackSaysNothing() {
    Turn turn = turnThatSays();
    turn.holdBack(StageBench.only(turn), new IOException("content"));
    bench.pass(stage, turn);
    assertThat(sends).isEmpty();
    assertThat(appends).isEmpty();
  }

  @Test
  void whatIsOnlyAuditedIsNotSent() {
    Turn turn = bench.turnOf(PLAYED.need);
    StageBench.only(turn).outputs.audits.add(StatelessRecords.published(PLAYED.need, 0));
    bench.pass(stage, turn);
    assertThat(sends).isEmpty();
    assertThat(appends).hasSize(1);
  }
}
