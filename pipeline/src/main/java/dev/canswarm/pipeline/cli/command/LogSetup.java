package dev.canswarm.pipeline.cli.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import dev.canswarm.config.LogFormat;
import dev.canswarm.config.LogLevel;
import dev.canswarm.pipeline.logging.RollingLogFile;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Configures logging from the settings; fixed parts are in {@code logback.xml}. */
public final class LogSetup {
  private static final String OWN = "dev.canswarm";
  private static final int OLD_FILES_MAX = 3;

  /** The appender of {@code logback.xml}. */
  private static final String CONSOLE = "STDERR";

  private static volatile LogFormat format = LogFormat.TEXT;

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

  /** Sets the form of lines on standard error, and of files that are opened from now on. */
  static void apply(LogFormat wanted) {
    format = wanted;
    if (wanted == LogFormat.JSON
        && LoggerFactory.getILoggerFactory() instanceof LoggerContext context
        && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE)
            instanceof ConsoleAppender<ILoggingEvent> console) {
      console.setEncoder(json(context));
    }
  }

  /**
   * Returns the encoder for one JSON object per line, with key-value pairs such as the NEED's id.
   */
  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMDC(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
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
    if (format == LogFormat.JSON) {
      appender.setEncoder(json(context));
    }
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
