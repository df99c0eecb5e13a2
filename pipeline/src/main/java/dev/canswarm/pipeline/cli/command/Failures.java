package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.config.SettingsException;
import dev.canswarm.crypto.SigningException;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.DataLocator.AmbiguousException;
import dev.canswarm.pipeline.embedded.EmbeddedStackException;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;

/** Turns an exception into a message for the user and an exit code. */
final class Failures {
  private static final String PREFIX = "swarm: ";

  private Failures() {}

  /** Returns the exit code of the failure. */
  static int exitCode(Throwable failure) {
    if (failure instanceof CommandException known) {
      return known.exitCode();
    }
    if (failure instanceof StoppedException) {
      return ExitCode.STOPPED;
    }
    if (failure instanceof SettingsException
        || failure instanceof AmbiguousException
        || (failure instanceof DataException data && data.isOfSettings())) {
      return ExitCode.USAGE;
    }
    if (failure instanceof TimeoutException) {
      return ExitCode.TIMED_OUT;
    }
    if (isEnvironment(failure)) {
      return ExitCode.ENVIRONMENT;
    }
    return ExitCode.FAILED;
  }

  private static boolean isEnvironment(Throwable failure) {
    return failure instanceof ConfigurationException
        || failure instanceof DataException
        || failure instanceof EmbeddedStackException
        || failure instanceof RetryableException
        || failure instanceof SigningException
        || failure instanceof IOException
        || failure instanceof UncheckedIOException
        || isKafka(failure);
  }

  /** Compares the class name, so that help and version do not load Kafka. */
  private static boolean isKafka(Throwable failure) {
    return failure.getClass().getName().startsWith("org.apache.kafka.common.");
  }

  /**
   * Whether a class or library is missing, such as those that decompress, on a machine that cannot
   * load them.
   */
  private static boolean loadsNot(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LinkageError) {
        return true;
      }
    }
    return false;
  }

  /** Returns the failure in one line, without the program's name. */
  static String message(Throwable failure) {
    String text = failure.getMessage();
    if (isKafka(failure) && loadsNot(failure)) {
      return ("a record is compressed in a way that this process cannot read (%s); if the library"
              + " for it does not load, name a directory that is writable and not mounted"
              + " noexec: SWARM_JAVA_OPTS=-Djava.io.tmpdir=DIR")
          .formatted(text);
    }
    if (isKafka(failure)) {
      return "Kafka does not answer as it should (%s); check that the stack runs, or --kafka-bootstrap"
          .formatted(text);
    }
    boolean ours =
        failure instanceof CommandException
            || failure instanceof ConfigurationException
            || failure instanceof DataException
            || failure instanceof AmbiguousException
            || failure instanceof EmbeddedStackException
            || failure instanceof RetryableException
            || failure instanceof SigningException
            || failure instanceof StoppedException;
    if (text == null || !ours) {
      return failure + " (--log-level debug shows where)";
    }
    return text;
  }

  /** Returns the stack trace, for {@code log.level} debug. */
  static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString().stripTrailing();
  }

  /** Returns the line for standard error. */
  static String line(Throwable failure) {
    return PREFIX + message(failure);
  }
}
