package dev.canswarm.pipeline.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.canswarm.pipeline.signer.TestSigner.Manner;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** One run of a program that signs, from its start to its end. */
class SignerProcessTest {
  private static final String AGENT = "worker-1";
  private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(20);

  @Test
  void itEndsWhenItsRequestsEnd() throws Exception {
    SignerProcess process = SignerProcess.start("s", TestSigner.command(Manner.HONEST, AGENT));
    assertThat(process.ask(AGENT, null, SOON_NANOS)).isInstanceOf(SignerProtocol.KeyAnswer.class);
    process.close();
    assertThat(process.isAlive()).isFalse();
    assertThat(ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThatThrownBy(() -> process.ask(AGENT, null, SOON_NANOS)).isInstanceOf(IOException.class);
  }

  @Test
  void requestsWithoutAnAnswerAreBounded() throws Exception {
    try (SignerProcess process =
        SignerProcess.start("s", TestSigner.command(Manner.SILENT, AGENT))) {
      byte[] message = new byte[SignerProtocol.MESSAGE_BYTES_MAX];
      for (int i = 0; i < 2 * SignerProcess.REQUESTS_MAX; i++) {
        assertThatThrownBy(() -> process.ask(AGENT, message, 1))
            .isInstanceOfAny(TimeoutException.class, IOException.class);
      }
      assertThat(process.hasAnswered()).isFalse();
    }
  }

  @Test
  void itDoesNotGetOurSettingsAndSecrets() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(SignerProcess.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    // Other tests in this JVM may have set another level for all loggers.
    logger.setLevel(Level.INFO);
    logger.addAppender(logged);
    try (SignerProcess process =
        SignerProcess.start("s", TestSigner.command(Manner.TELLING, AGENT))) {
      assertThatThrownBy(() -> process.ask(AGENT, null, SOON_NANOS))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("exit code 0");
      assertThat(process.logged(SOON_NANOS)).isTrue();
    } finally {
      logger.detachAppender(logged);
      logger.setLevel(null);
    }
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .contains("signer s: PATH")
        .noneMatch(line -> line.startsWith("signer s: SWARM_"));
    assertThat(SignerProcess.isPassedOn("SWARM_KEYS_PASSPHRASE")).isFalse();
    assertThat(SignerProcess.isPassedOn("SSH_AUTH_SOCK")).isTrue();
  }
}
