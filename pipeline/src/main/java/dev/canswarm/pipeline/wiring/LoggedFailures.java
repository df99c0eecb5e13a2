package dev.canswarm.pipeline.wiring;

import dev.canswarm.stage.FailureLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each failure of a stage in one line, with NEED and thread if it concerns one NEED. */
final class LoggedFailures implements FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedFailures.class);

  @Override
  public void failed(Throwable failure, @Nullable About about) {
    if (about == null) {
      LOG.warn("trying again: {}", failure.toString());
    } else {
      LOG.atWarn()
          .addKeyValue("need", about.needId().text())
          .addKeyValue("thread", about.threadId().text())
          .log(
              "trying again need={} thread={}: {}",
              about.needId(),
              about.threadId(),
              failure.toString());
    }
  }
}
