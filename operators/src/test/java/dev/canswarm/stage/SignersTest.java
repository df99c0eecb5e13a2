package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Only agents of this process are spoken for. */
class SignersTest {
  private final MemorySwarm swarm = new MemorySwarm(VirtualTimeScheduler.create());
  private final Signers signers =
      new Signers(
          swarm.codec, () -> 77, List.of(Objects.requireNonNull(swarm.keys.get("planner"))));

  private Draft draft() {
    return Draft.need(new ThreadId("t"), "nonce", swarm.policy.hash(), JsonObject.empty());
  }

  @Test
  void whatAnAgentSaysIsSignedWithItsKeyAtTheTimeOfTheClock() {
    Envelope envelope = signers.sign(swarm.only("planner"), draft());
    assertThat(envelope.sender()).isEqualTo(swarm.only("planner").key());
    assertThat(envelope.timestampNs()).isEqualTo(77);
    assertThat(swarm.codec.decodeAndVerify(envelope.bytes())).isEqualTo(envelope);
  }

  @Test
  void anAgentWhoseKeyIsElsewhereIsADefect() {
    assertThatThrownBy(() -> signers.sign(swarm.only("decider"), draft()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no key of agent decider in this process");
  }

  @Test
  void itHoldsTheKeysOfThisProcessOnly() {
    assertThat(signers.holds(swarm.only("planner").key())).isTrue();
    assertThat(signers.holds(swarm.only("decider").key())).isFalse();
  }
}
