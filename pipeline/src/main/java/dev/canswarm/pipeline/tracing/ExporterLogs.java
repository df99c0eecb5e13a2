package dev.canswarm.pipeline.tracing;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The logs of the exporter's library, which go to standard error past the log's settings. */
final class ExporterLogs {
  /** Held: loggers that nobody holds are forgotten with their levels. */
  private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

  private ExporterLogs() {}

  /** Silences them for this process: {@link WarningExporter} says what matters. */
  static void silence() {
    LIBRARY.setLevel(Level.OFF);
  }
}
