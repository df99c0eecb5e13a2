package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EndLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(EndLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  EndLogTest() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(lines);
    logger.setLevel(null);
  }

  private static Candidate row(String kind, String need) {
    return Candidate.free(
        SlotRow.at(need, kind)
            .id("i")
            .need(new NeedId(need), new ThreadId("t"))
            .kind(kind)
            .build());
  }

  private static void turn() {
    EndLog.ofTurn(
        new TurnWrite(
            List.of(row("DECIDE", "a"), row("FINALIZE", "b"), row("FINALIZE", "c")),
            List.of(),
            List.of(),
            List.of()),
        List.of(
            new StoreOutcome.Inserted(1),
            new StoreOutcome.Inserted(1),
            new StoreOutcome.LeftOut()));
  }

  @Test
  void anEndThatThisProcessStoredIsOneLineWithNeedAndThread() {
    logger.setLevel(Level.DEBUG);
    turn();
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage()).isEqualTo("NEED b of thread t has ended");
              assertThat(line.getKeyValuePairs())
                  .extracting(pair -> pair.key + "=" + pair.value)
                  .containsExactly("need=b", "thread=t");
            });
  }

  @Test
  void atInfoNothingIsSaid() {
    logger.setLevel(Level.INFO);
    turn();
    assertThat(lines.list).isEmpty();
  }
}
