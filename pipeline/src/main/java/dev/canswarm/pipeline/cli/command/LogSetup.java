package dev.canswarm.pipeline.cli.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import dev.canswarm.config.LogFormat;
import dev.canswarm.config.LogLevel;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Configures logging from the settings; fixed parts are in {@code logback.xml}. */
public final class LogSetup {
  private static final String OWN = "dev.canswarm";
  private static final long FILE_BYTES_MAX = 8L * 1024 * 1024;
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

  /** One object a line: time, level, thread, logger, message, exception, and pairs such as need. */
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
    RollingFileAppender<ILoggingEvent> appender = appender(context, file);
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

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} "
            + "%replace(%msg){'[\\p{Cc}\\p{Cf}\\u2028\\u2029]', '?'}%n");
    encoder.start();
    return encoder;
  }

  private static RollingFileAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("swarm " + file);
    appender.setFile(file.toString());
    appender.setEncoder(format == LogFormat.JSON ? json(context) : text(context));
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(OLD_FILES_MAX);
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
    trigger.setContext(context);
    trigger.setMaxFileSize(new FileSize(FILE_BYTES_MAX));
    trigger.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(trigger);
    appender.start();
    return appender;
  }
}
