package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A key that is kept elsewhere and gives no signature holds up its own agent, and nobody else. */
class SignerAwayTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a b\"}}";
  private static final Duration AWHILE = Duration.ofSeconds(8);
  private static final int NEEDS = 12;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);

  @AfterEach
  void stop() {
    time.dispose();
  }

  /** A key that fails from one of its signatures on, until it is back. */
  private static final class AwayKey implements SigningKey {
    private final SigningKey key;
    private int left;
    private boolean failed;

    AwayKey(SigningKey key, int left) {
      this.key = key;
      this.left = left;
    }

    void back() {
      left = Integer.MAX_VALUE;
      failed = false;
    }

    @Override
    public PublicKey publicKey() {
      return key.publicKey();
    }

    @Override
    public byte[] sign(byte[] message, int offset, int length) {
      if (left == 0) {
        failed = true;
        throw new SigningException(SigningException.Cause.AWAY, "away");
      }
      left--;
      return key.sign(message, offset, length);
    }

    @Override
    public boolean isAvailable() {
      return !failed;
    }
  }

  /** The key of an agent, which gives that many signatures before it fails. */
  private AwayKey away(String agent, int signatures) {
    AwayKey key = new AwayKey(Objects.requireNonNull(swarm.keys.get(agent)), signatures);
    swarm.keys.put(agent, key);
    return key;
  }

  private void start() {
    swarm.process("all").run().subscribe();
  }

  private void feed() {
    for (int i = 0; i < NEEDS; i++) {
      swarm.intake("t" + i, WORDS);
    }
    time.advanceTimeBy(AWHILE);
  }

  private List<Outcome> outcomes() {
    return swarm.on(Verb.FINALIZE.topic()).stream()
        .map(end -> Finalize.parse(end.payload()).outcome())
        .toList();
  }

  /** Every NEED has one end, and no slot was answered twice. */
  private void assertAllAccepted() {
    assertThat(outcomes()).hasSize(NEEDS).containsOnly(Outcome.ACCEPTED);
    Set<NeedId> ids =
        swarm.on(Verb.FINALIZE.topic()).stream().map(Envelope::need).collect(Collectors.toSet());
    assertThat(ids).hasSize(NEEDS);
    assertThat(swarm.on(Verb.COMMIT.topic())).hasSize(NEEDS);
    assertThat(swarm.deadLetters()).isEmpty();
  }

  private Set<PublicKey> senders(Verb verb) {
    return swarm.on(verb.topic()).stream()
        .filter(envelope -> envelope.verb() == verb)
        .map(Envelope::sender)
        .collect(Collectors.toSet());
  }

  @Test
  void anotherWorkerOfTheProcessClaimsInTheSameTurn() {
    AwayKey gone = away("worker", 0);
    start();
    feed();
    assertAllAccepted();
    assertThat(senders(Verb.CLAIM)).containsExactly(swarm.only("worker-2").key());
    assertThat(gone.isAvailable()).isFalse();
    assertThat(swarm.failures)
        .singleElement()
        .isInstanceOf(RetryableException.class)
        .asString()
        .contains("sign a CLAIM as worker", "away");
  }

  @ParameterizedTest
  @ValueSource(strings = {"planner", "decider", "worker", "verifier-1", "coordinator", "gateway"})
  void whatCouldNotBeSignedIsSaidOnceTheSignerIsBack(String agent) {
    AwayKey key = away(agent, 3);
    start();
    feed();
    key.back();
    time.advanceTimeBy(AWHILE);
    assertAllAccepted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"planner", "decider", "coordinator", "gateway"})
  void whileItIsAwayNothingIsAcknowledgedForGoodAndNothingEnds(String agent) {
    AwayKey key = away(agent, 0);
    start();
    feed();
    assertThat(outcomes()).isEmpty();
    assertThat(swarm.deadLetters()).isEmpty();
    key.back();
    time.advanceTimeBy(AWHILE);
    assertAllAccepted();
  }

  @Test
  void aWorkerThatCannotCommitCommitsTheSameWorkLater() {
    away("worker-2", 0);
    AwayKey key = away("worker", 1);
    start();
    swarm.intake("t", WORDS);
    time.advanceTimeBy(AWHILE);
    assertThat(senders(Verb.CLAIM)).containsExactly(swarm.only("worker").key());
    assertThat(swarm.on(Verb.COMMIT.topic())).isEmpty();

    key.back();
    time.advanceTimeBy(AWHILE);
    assertThat(outcomes()).containsExactly(Outcome.ACCEPTED);
    assertThat(swarm.on(Verb.COMMIT.topic())).hasSize(1);
  }

  @Test
  void aVerifierThatNeverSignsIsASilentOne() {
    away("verifier-1", 0);
    start();
    feed();
    // Where it was asked, the panel widens after verify_ms.
    time.advanceTimeBy(Duration.ofSeconds(30));
    assertAllAccepted();
    assertThat(senders(Verb.ATTEST)).doesNotContain(swarm.only("verifier-1").key());
  }

  @Test
  void aCoordinatorThatComesBackLateEndsTheNeedAsItsDeadlineSays() {
    AwayKey key = away("coordinator", 0);
    start();
    feed();
    time.advanceTimeBy(Duration.ofSeconds(90));
    assertThat(outcomes()).isEmpty();
    key.back();
    time.advanceTimeBy(AWHILE);
    assertThat(outcomes()).hasSize(NEEDS).containsOnly(Outcome.EXPIRED);
  }
}
