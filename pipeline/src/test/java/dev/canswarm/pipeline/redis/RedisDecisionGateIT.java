package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionGateContract;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.RetryableException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisDecisionGateIT extends DecisionGateContract {
  private RedisDecisionGate gate;

  @BeforeAll
  void open() {
    gate = new RedisDecisionGate(TestRedis.settings(5_000));
  }

  @AfterAll
  void close() {
    gate.closeLater().block();
  }

  @Override
  protected DecisionGate gate() {
    return gate;
  }

  @Override
  protected void forgetAll() {
    TestRedis.with(redis -> redis.flushall());
  }

  private static DecisionRecord record(String need, String proposal, long epoch) {
    return new DecisionRecord(
        new NeedId(need), new EnvelopeId(proposal), epoch, 7, 2, "key", 1_700_000_000_123_456_789L);
  }

  @Test
  void aServerThatForgotItsScriptsReceivesThemAgain() {
    gate.propose(record("scripts/1", "p1", 1)).block();
    TestRedis.with(redis -> redis.scriptFlush());
    assertThat(gate.propose(record("scripts/1", "p2", 1)).block())
        .isEqualTo(new GateAnswer.Refused(record("scripts/1", "p1", 1)));
    TestRedis.with(redis -> redis.scriptFlush());
    StepVerifier.create(gate.settle(record("scripts/1", "p2", 1))).verifyComplete();
    assertThat(gate.propose(record("scripts/1", "p2", 1)).block())
        .isEqualTo(new GateAnswer.Admitted(record("scripts/1", "p2", 1)));
  }

  @Test
  void aServerThatForgotItsScriptsReceivesThemAgainFromAPassOfMany() {
    List<DecisionRecord> many =
        IntStream.range(0, 20).mapToObj(i -> record("scripts/many/" + i, "p", 1)).toList();
    TestRedis.with(redis -> redis.scriptFlush());
    assertThat(gate.propose(many).block())
        .containsExactlyElementsOf(many.stream().map(GateAnswer.Admitted::new).toList());
    TestRedis.with(redis -> redis.scriptFlush());
    StepVerifier.create(gate.settle(many)).verifyComplete();
  }

  @Test
  void theKeyIsReadableFromOutsideAndNeverExpires() {
    gate.propose(record("outside/1", "p1", 4)).block();
    TestRedis.with(
        redis -> {
          assertThat(redis.hgetall("decide:{outside/1}"))
              .containsEntry("record", RecordJson.write(record("outside/1", "p1", 4)))
              .containsEntry("proposal_id", "p1")
              .containsEntry("fence", "4");
          assertThat(redis.ttl("decide:{outside/1}")).isEqualTo(-1);
        });
  }

  @Test
  void aKeyThatSomebodyElseUsedIsTakenOver() {
    TestRedis.with(redis -> redis.set("decide:{foreign/1}", "text"));
    assertThat(gate.propose(record("foreign/1", "p1", 1)).block())
        .isEqualTo(new GateAnswer.Admitted(record("foreign/1", "p1", 1)));
    TestRedis.with(redis -> redis.set("decide:{foreign/2}", "text"));
    gate.settle(record("foreign/2", "p1", 1)).block();
    assertThat(gate.propose(record("foreign/2", "p2", 1)).block())
        .isEqualTo(new GateAnswer.Refused(record("foreign/2", "p1", 1)));
  }

  @Test
  void aRecordThatSomebodySpoiltIsRetryableUntilItIsSettled() {
    gate.propose(record("spoilt/1", "p1", 1)).block();
    TestRedis.with(redis -> redis.hset("decide:{spoilt/1}", "record", "{}"));
    StepVerifier.create(gate.propose(record("spoilt/1", "p1", 1)))
        .verifyError(RetryableException.class);
    gate.settle(record("spoilt/1", "p1", 1)).block();
    assertThat(gate.propose(record("spoilt/1", "p1", 1)).block())
        .isEqualTo(new GateAnswer.Admitted(record("spoilt/1", "p1", 1)));
  }

  @Test
  void anEpochThatLuaCannotCompareIsRefused() {
    StepVerifier.create(gate.propose(record("epochs/1", "p1", 1L << 53)))
        .verifyError(IllegalArgumentException.class);
    StepVerifier.create(gate.propose(record("epochs/1", "p1", -1)))
        .verifyError(IllegalArgumentException.class);
  }

  @Test
  void moreCallsThanAllowedAreRefusedAsRetryable() {
    RedisDecisionGate narrow =
        new RedisDecisionGate(new RedisClientSettings(TestRedis.settings(5_000).uri(), 5_000, 8));
    narrow.propose(record("narrow/0", "p1", 1)).block();
    long[] refused = new long[1];
    Flux.range(0, 5_000)
        .flatMap(
            i ->
                narrow
                    .propose(record("narrow/" + i, "p1", 1))
                    .then()
                    .onErrorResume(
                        RetryableException.class,
                        error -> Flux.<Void>empty().then().doFinally(end -> refused[0]++)),
            5_000)
        .blockLast();
    assertThat(refused[0]).isPositive();
    narrow.closeLater().block();
  }
}
