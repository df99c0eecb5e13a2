package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.RetryableException;
import dev.canswarm.stage.FailureLog;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggedFailuresTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(LoggedFailures.class);

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    LOG.addAppender(logged);
  }

  @AfterEach
  void stop() {
    LOG.detachAppender(logged);
  }

  private static RetryableException away() {
    return new RetryableException("load", new IOException("away"));
  }

  @Test
  void aFailureThatConcernsANeedNamesItAndItsThread() {
    new LoggedFailures().failed(away(), new FailureLog.About(new NeedId("n"), new ThreadId("t")));
    assertThat(logged.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage())
                  .startsWith("trying again need=n thread=t: ")
                  .contains("away");
              assertThat(line.getKeyValuePairs())
                  .extracting(pair -> pair.key + "=" + pair.value)
                  .containsExactly("need=n", "thread=t");
            });
  }

  @Test
  void aFailureOfSomethingElseNamesNone() {
    new LoggedFailures().failed(away(), null);
    assertThat(logged.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage()).startsWith("trying again: ");
              assertThat(line.getKeyValuePairs()).isNull();
            });
  }
}
