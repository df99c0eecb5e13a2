package dev.canswarm.pipeline.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RollingLogFileTest {
  @Test
  void writesOneLineWithoutWhatATerminalWouldObey(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("node.log");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    RollingFileAppender<ILoggingEvent> appender = RollingLogFile.open(context, file, 2);
    Logger logger = context.getLogger(RollingLogFileTest.class);
    logger.addAppender(appender);
    logger.setAdditive(false);
    logger.warn("two\nlines and \u001b[2J");
    logger.detachAppender(appender);
    appender.stop();
    assertThat(Files.readAllLines(file))
        .singleElement()
        .asString()
        .contains("WARN")
        .endsWith("RollingLogFileTest two?lines and ?[2J");
  }
}
