package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.postgres.TestDatabase;
import dev.canswarm.pipeline.postgres.TestRows;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoredRows;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Several deciders compete with different proposals, each with its own connections to Redis and
 * PostgreSQL, while Redis loses all data. A decider follows the protocol: if admitted, it fills the
 * slot with the stored proposal; if refused, with the gate's proposal; if fenced, with its own, as
 * if the gate were unavailable. Then it settles the gate with the slot's content.
 */
final class DecisionRaceIT {
  private static final int DECIDERS = 64;
  private static final Duration LONG = Duration.ofSeconds(60);

  /**
   * The connections that are opened at once. A login by SCRAM is work for both sides, and 64
   * together take longer on a busy machine than a pool waits for a connection.
   */
  private static final int LOGINS = 4;

  private record Decider(int number, long epoch, DecisionGate gate, SlotStore store) {
    /**
     * @param meanwhile runs between asking the gate and filling the slot
     */
    Mono<SlotRow> decide(String need, Mono<Void> meanwhile) {
      DecisionRecord own = record(need, "p" + number, epoch);
      return gate.propose(own)
          .flatMap(answer -> meanwhile.then(fill(need, chosen(answer, own))))
          .flatMap(
              held -> gate.settle(record(need, proposalOf(held), held.lamport())).thenReturn(held));
    }

    private static DecisionRecord chosen(GateAnswer answer, DecisionRecord own) {
      if (answer instanceof GateAnswer.Admitted admitted) {
        return admitted.stored();
      }
      return answer instanceof GateAnswer.Refused refused ? refused.stored() : own;
    }

    private Mono<SlotRow> fill(String need, DecisionRecord chosen) {
      SlotRow row = TestRows.row(need, "DECIDE", Verb.DECIDE, chosen.proposalId().text());
      return StoredRows.fill(store, List.of(row)).map(rows -> rows.get(0));
    }
  }

  private static DecisionRecord record(String need, String proposal, long epoch) {
    return new DecisionRecord(new NeedId(need), new EnvelopeId(proposal), epoch, 7, 0, "key", 1);
  }

  private static String proposalOf(SlotRow row) {
    return new String(row.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void sixtyFourDecidersEndWithOneDecisionInBothWhileRedisForgets() {
    TestDatabase database = TestDatabase.create("decision_race_it");
    ClientResources threads = SharedConnection.newResources();
    List<RedisDecisionGate> gates =
        IntStream.range(0, DECIDERS)
            .mapToObj(i -> new RedisDecisionGate(TestRedis.settings(30_000), threads))
            .toList();
    List<PostgresSlotStore> stores =
        IntStream.range(0, DECIDERS)
            .mapToObj(i -> new PostgresSlotStore(database.withConnections(1)))
            .toList();
    List<Decider> deciders =
        Flux.range(0, DECIDERS)
            .flatMap(
                i ->
                    stores
                        .get(i)
                        .nextEpoch()
                        .map(e -> new Decider(i, e, gates.get(i), stores.get(i))),
                LOGINS)
            .collectList()
            .blockOptional(LONG)
            .orElseThrow();
    try {
      TestRedis.connected(
          redis -> IntStream.range(0, 10).forEach(round -> race(deciders, redis, "race/" + round)));
    } finally {
      Flux.fromIterable(gates).flatMap(RedisDecisionGate::closeLater, DECIDERS).blockLast(LONG);
      Flux.fromIterable(stores).flatMap(PostgresSlotStore::closeLater).blockLast(LONG);
      SharedConnection.shutDown(threads).block(LONG);
    }
  }

  private static void race(
      List<Decider> deciders, StatefulRedisConnection<String, String> redis, String need) {
    AtomicInteger asked = new AtomicInteger();
    Mono<Void> forgetOnce =
        Mono.defer(
            () ->
                asked.incrementAndGet() == DECIDERS / 2
                    ? redis.reactive().flushall().then()
                    : Mono.empty());
    List<SlotRow> answers =
        Flux.fromIterable(deciders)
            .flatMap(decider -> decider.decide(need, forgetOnce), DECIDERS)
            .collectList()
            .blockOptional(LONG)
            .orElseThrow();
    assertThat(answers).hasSize(DECIDERS);
    assertThat(Set.copyOf(answers)).hasSize(1);
    SlotStore store = deciders.get(0).store();
    assertThat(store.load(need).block()).containsExactly(answers.get(0));
    DecisionRecord late = record(need, "late", Long.MAX_VALUE >> 11);
    GateAnswer gate = deciders.get(0).gate().propose(late).blockOptional().orElseThrow();
    assertThat(gate).isInstanceOf(GateAnswer.Refused.class);
    assertThat(((GateAnswer.Refused) gate).stored().proposalId())
        .isEqualTo(new EnvelopeId(proposalOf(answers.get(0))));
  }
}
