package dev.canswarm.pipeline.cli.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import dev.canswarm.config.LogLevel;
import dev.canswarm.pipeline.logging.RollingLogFile;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Configures logging from the settings; fixed parts are in {@code logback.xml}. */
public final class LogSetup {
  private static final String OWN = "dev.canswarm";
  private static final int OLD_FILES_MAX = 3;

  private LogSetup() {}

  /** Sets the level of our own loggers. */
  static void apply(LogLevel level) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(OWN).setLevel(Level.toLevel(level.name()));
      if (level == LogLevel.ERROR) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.ERROR);
      }
    }
  }

  /** Whether debug output is on. */
  static boolean debug() {
    return LoggerFactory.getLogger(OWN).isDebugEnabled();
  }

  /**
   * Also writes the log to a file of bounded size.
   *
   * @return closing it stops the copy
   */
  public static Closeable alsoTo(Path file) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return () -> {};
    }
    RollingFileAppender<ILoggingEvent> appender = RollingLogFile.open(context, file, OLD_FILES_MAX);
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    return () -> {
      root.detachAppender(appender);
      appender.stop();
    };
  }

  /** A closeable without a checked exception. */
  @FunctionalInterface
  interface Closeable extends AutoCloseable {
    @Override
    void close();
  }
}
