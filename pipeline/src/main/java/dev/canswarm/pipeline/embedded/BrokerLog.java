package dev.canswarm.pipeline.embedded;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import dev.canswarm.pipeline.logging.RollingLogFile;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Redirects the broker's log messages to a separate file of bounded size. Messages of Kafka's
 * clients still go to the program's log, since they concern the program's own connections.
 */
final class BrokerLog implements AutoCloseable {

  private static final int OLD_FILES_MAX = 1;

  private static final List<String> SERVER_LOGGERS =
      List.of(
          "kafka",
          "state.change.logger",
          "org.apache.kafka.controller",
          "org.apache.kafka.coordinator",
          "org.apache.kafka.image",
          "org.apache.kafka.metadata",
          "org.apache.kafka.queue",
          "org.apache.kafka.raft",
          "org.apache.kafka.server",
          "org.apache.kafka.storage");

  private final LoggerContext context;
  private final RollingFileAppender<ILoggingEvent> appender;

  private BrokerLog(LoggerContext context, RollingFileAppender<ILoggingEvent> appender) {
    this.context = context;
    this.appender = appender;
  }

  /** Starts logging to {@code file}. Does nothing unless the SLF4J backend is Logback. */
  static AutoCloseable to(Path file) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return () -> {};
    }
    BrokerLog log = new BrokerLog(context, RollingLogFile.open(context, file, OLD_FILES_MAX));
    for (String name : SERVER_LOGGERS) {
      Logger logger = context.getLogger(name);
      logger.setLevel(Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(log.appender);
    }
    return log;
  }

  /** Stops logging to the file. Later messages of broker threads are dropped. */
  @Override
  public void close() {
    for (String name : SERVER_LOGGERS) {
      context.getLogger(name).detachAppender(appender);
    }
    appender.stop();
  }
}
