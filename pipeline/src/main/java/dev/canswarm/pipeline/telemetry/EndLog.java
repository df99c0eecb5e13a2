package dev.canswarm.pipeline.telemetry;

import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line, at debug, for each NEED whose end this process was the first to store. */
final class EndLog {
  private static final Logger LOG = LoggerFactory.getLogger(EndLog.class);
  private static final String END = Verb.FINALIZE.name();

  private EndLog() {}

  /**
   * Logs the ends of a turn.
   *
   * @param outcomes of the turn's candidates, in their order; null where there are none
   */
  static void ofTurn(TurnWrite write, @Nullable List<StoreOutcome> outcomes) {
    if (outcomes == null || !LOG.isDebugEnabled()) {
      return;
    }
    for (int i = 0; i < outcomes.size(); i++) {
      SlotRow row = write.candidates().get(i).row();
      if (row.kind().equals(END) && outcomes.get(i) instanceof StoreOutcome.Inserted) {
        LOG.atDebug()
            .addKeyValue("need", String.valueOf(row.needId()))
            .addKeyValue("thread", row.threadId().text())
            .log("NEED {} of thread {} has ended", row.needId(), row.threadId().text());
      }
    }
  }
}
