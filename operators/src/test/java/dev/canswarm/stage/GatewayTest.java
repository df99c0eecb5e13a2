package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.verb.Admission;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

/** An intake record is the same NEED at every delivery, in every process. */
class GatewayTest {
  private static final String WITH_KEY =
      """
      {"task_type":"text.wordcount","input":{"text":"a"},"idempotency_key":"order-7"}
      """;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final Gateway gateway = gateway("gateway");

  private Gateway gateway(String agent) {
    return new Gateway(
        swarm.only(agent),
        new Signers(swarm.codec, swarm.time, swarm.keys.values()),
        new Admission(
            new PolicyCheck(swarm.policy, swarm.trust),
            new Rules(swarm.policy, swarm.trust, new TreeSet<>(Set.of())),
            false));
  }

  private Decoded.Intake read(byte @Nullable [] key, String value, int partition, long offset) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Delivery delivery =
        Delivery.of(
            new RecordPosition("memory", Topics.INTAKE, partition, offset), key, bytes, () -> {});
    return (Decoded.Intake) gateway.read(delivery, bytes, new GasMeter(Long.MAX_VALUE));
  }

  private Envelope need(String value, int partition, long offset) {
    return read(StageBench.utf8("t"), value, partition, offset).need();
  }

  @Test
  void aRecordDeliveredAgainIsTheSameNeedAtAnyTime() {
    Envelope first = need(PlayedNeed.WORDS, 1, 7);
    time.advanceTimeBy(Duration.ofSeconds(5));
    Envelope again = need(PlayedNeed.WORDS, 1, 7);
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.timestampNs()).isNotEqualTo(first.timestampNs());
    assertThat(first.nonce()).isEqualTo("INTAKE/memory/swarm.intake/1/7");
  }

  @Test
  void twoRecordsAreTwoNeedsThoughTheySayTheSame() {
    assertThat(need(PlayedNeed.WORDS, 1, 7).id())
        .isNotEqualTo(need(PlayedNeed.WORDS, 1, 8).id())
        .isNotEqualTo(need(PlayedNeed.WORDS, 2, 7).id());
  }

  @Test
  void withAnIdempotencyKeyTheyAreOne() {
    Envelope first = need(WITH_KEY, 1, 7);
    assertThat(need(WITH_KEY, 2, 9).id()).isEqualTo(first.id());
    assertThat(first.nonce()).isEqualTo("INTAKE/t/order-7");
  }

  @Test
  void theThreadIsTheKeyOrTheRecordsPosition() {
    assertThat(need(PlayedNeed.WORDS, 1, 7).threadId()).isEqualTo(new ThreadId("t"));
    assertThat(read(null, PlayedNeed.WORDS, 3, 9).threadId()).isEqualTo(new ThreadId("intake-3-9"));
  }

  @Test
  void theNeedIsSignedByTheGatewayUnderThePolicyInForce() {
    Envelope need = need(PlayedNeed.WORDS, 1, 7);
    assertThat(need.sender()).isEqualTo(swarm.only("gateway").key());
    assertThat(need.policyHash()).isEqualTo(swarm.policy.hash());
    assertThat(need.lamport()).isEqualTo(1);
    assertThat(need.parents()).isEmpty();
    assertThat(swarm.codec.decodeAndVerify(need.bytes())).isEqualTo(need);
  }

  @Test
  void aKeyThatIsNotTextIsRefused() {
    assertThatThrownBy(() -> read(new byte[] {(byte) 0xff}, PlayedNeed.WORDS, 1, 7))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.BAD_THREAD_ID));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 129})
  void aKeyOfAnotherLengthIsRefused(int chars) {
    assertThatThrownBy(() -> read(StageBench.utf8("a".repeat(chars)), PlayedNeed.WORDS, 1, 7))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.BAD_THREAD_ID));
  }

  @Test
  void aPayloadNestedTooDeeplyIsRefused() {
    String deep = "[".repeat(70) + "]".repeat(70);
    assertThatThrownBy(
            () -> need("{\"task_type\":\"text.wordcount\",\"input\":" + deep + "}", 1, 7))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.MALFORMED_JSON));
  }

  @Test
  void aGatewayThatTheTrustFileDoesNotListSubmitsNothing() {
    byte[] bytes = PlayedNeed.WORDS.getBytes(StandardCharsets.UTF_8);
    Delivery delivery =
        Delivery.of(new RecordPosition("memory", Topics.INTAKE, 0, 0), null, bytes, () -> {});
    assertThatThrownBy(() -> gateway("worker").read(delivery, bytes, new GasMeter(Long.MAX_VALUE)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.SENDER_NOT_AUTHORISED));
  }
}
