package dev.canswarm.pipeline.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;

/** A log file that is renamed when it is full. Stateless. */
public final class RollingLogFile {
  /** The size at which a file is renamed to {@code NAME.1}. */
  public static final long FILE_BYTES_MAX = 8L * 1024 * 1024;

  /** Characters that a terminal would obey may come from messages of others. */
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} "
          + "%replace(%msg){'[\\p{Cc}\\p{Cf}\\u2028\\u2029]', '?'}%n";

  private RollingLogFile() {}

  /**
   * Opens the file and returns its appender, which no logger has yet. Stopping it closes the file.
   *
   * @param oldFilesMax renamed files that are kept beside it, at least 1
   */
  public static RollingFileAppender<ILoggingEvent> open(
      LoggerContext context, Path file, int oldFilesMax) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName(file.toString());
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(oldFilesMax);
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
