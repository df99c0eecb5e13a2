package dev.canswarm.pipeline.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.crypto.SigningException.Cause;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.signer.TestSigner.Manner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * A program that signs is believed only as far as its signatures verify, and waited for briefly.
 */
class ExternalSignersTest {
  private static final String AGENT = "worker-1";
  private static final long SOON = 20_000;
  private static final long SHORT = 100;
  private static final SignatureEngine ENGINE = Engines.portable();

  /** The clock of pauses; answers are waited for in real time. */
  private final AtomicLong nanos = new AtomicLong();

  private ExternalSigners signers = signers(Manner.HONEST, SOON);

  private ExternalSigners signers(Manner manner, long millisMax) {
    return signers(TestSigner.command(manner, AGENT), millisMax);
  }

  private ExternalSigners signers(List<String> command, long millisMax) {
    return new ExternalSigners(Map.of(AGENT, command), ENGINE, millisMax, nanos::get);
  }

  private SigningKey key(ExternalSigners those) {
    signers.close();
    signers = those;
    return those.key(AGENT, TestSigner.key(AGENT).publicKey());
  }

  @AfterEach
  void stop() {
    signers.close();
  }

  private static byte[] message(String text) {
    return ("can-swarm/envelope/v1\0" + text).getBytes(StandardCharsets.UTF_8);
  }

  private static void assertFails(Cause why, SigningKey key) {
    assertThatThrownBy(() -> key.sign(message("m")))
        .isInstanceOfSatisfying(SigningException.class, e -> assertThat(e.why()).isEqualTo(why));
  }

  @Test
  void aSignatureIsTheSameAsTheKeysOwn() {
    SigningKey key = key(signers(Manner.HONEST, SOON));
    byte[] within = message("one, two");
    assertThat(key.sign(within, 0, within.length))
        .isEqualTo(TestSigner.key(AGENT).sign(within, 0, within.length));
    assertThat(key.isAvailable()).isTrue();
    assertThat(key.mayBlock()).isTrue();
    assertThat(signers.publicKey(AGENT)).isEqualTo(TestSigner.key(AGENT).publicKey());
    assertThat(signers.signsFor("worker-2")).isFalse();
  }

  @Test
  void aWrongSignatureIsRefusedAndItsProgramLeftAloneForAWhile() {
    SigningKey key = key(signers(Manner.LYING, SOON));
    assertFails(Cause.WRONG_SIGNATURE, key);
    assertThat(key.isAvailable()).isFalse();
    assertFails(Cause.AWAY, key);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ExternalSigner.RESTART_MILLIS_MAX));
    assertThat(key.isAvailable()).isTrue();
    assertFails(Cause.WRONG_SIGNATURE, key);
  }

  @Test
  void theSignatureOfAnotherKeyIsWrong() {
    signers = signers(Manner.HONEST, SOON);
    SigningKey key = signers.key(AGENT, TestSigner.key("worker-2").publicKey());
    assertFails(Cause.WRONG_SIGNATURE, key);
  }

  @Test
  void aSilentProgramIsWaitedForNoLongerThanAllowed() {
    SigningKey key = key(signers(Manner.SILENT, SHORT));
    assertFails(Cause.TIMED_OUT, key);
    assertThat(key.isAvailable()).isFalse();
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ExternalKey.AVOIDED_MILLIS));
    assertThat(key.isAvailable()).isTrue();
  }

  @Test
  void aProgramThatEndsIsStartedAgainAndAskedAgain() {
    SigningKey key = key(signers(Manner.MORTAL, SOON));
    for (int i = 0; i < 11; i++) {
      byte[] message = message("message " + i);
      assertThat(ENGINE.verify(key.publicKey(), message, key.sign(message))).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      mode = Mode.INCLUDE,
      names = {"BABBLING", "ENDLESS"})
  void aProgramThatSpeaksAnotherLanguageIsAway(Manner manner) {
    assertFails(Cause.AWAY, key(signers(manner, SOON)));
  }

  @Test
  void aProgramThatIsMissingIsAway() {
    SigningKey key = key(signers(List.of("/no/such/program"), SOON));
    assertThatThrownBy(() -> key.sign(message("m")))
        .isInstanceOf(SigningException.class)
        .hasMessageContaining("/no/such/program cannot be started");
  }

  @Test
  void pausesDoubleAfterFailuresInARow() {
    SigningKey key = key(signers(List.of("true"), SOON));
    // The first restart is at once, and the second comes after a pause.
    assertFails(Cause.AWAY, key);
    long pauseMillis = ExternalSigner.RESTART_FIRST_MILLIS;
    for (int i = 0; i < 3; i++) {
      long expected = pauseMillis;
      assertThatThrownBy(() -> key.sign(message("m")))
          .hasMessageContaining("is started again in " + expected + " ms");
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
      assertFails(Cause.AWAY, key);
      pauseMillis *= 2;
    }
  }

  @Test
  void nothingIsAskedAfterTheEnd() {
    SigningKey key = key(signers(Manner.HONEST, SOON));
    signers.close();
    assertFails(Cause.AWAY, key);
  }
}
