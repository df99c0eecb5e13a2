package dev.canswarm.pipeline.cli;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.config.SettingsException;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.DataLocator.AmbiguousException;
import dev.canswarm.pipeline.embedded.EmbeddedStackException;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;

/** What an exception says to a person, and to the caller of the process. */
final class Failures {
  private static final String PREFIX = "swarm: ";

  private Failures() {}

  /** The exit code that the failure stands for. */
  static int exitCode(Throwable failure) {
    if (failure instanceof CommandException known) {
      return known.exitCode();
    }
    if (failure instanceof StoppedException) {
      return ExitCode.STOPPED;
    }
    if (failure instanceof SettingsException || failure instanceof AmbiguousException) {
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
        || failure instanceof IOException
        || failure instanceof UncheckedIOException
        || isKafka(failure);
  }

  /** Told by its name, so that help and version load no Kafka. */
  private static boolean isKafka(Throwable failure) {
    return failure.getClass().getName().startsWith("org.apache.kafka.common.");
  }

  /** The failure in one line, without the program's name. */
  static String message(Throwable failure) {
    String text = failure.getMessage();
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
            || failure instanceof StoppedException;
    if (text == null || !ours) {
      return failure + " (--log-level debug shows where)";
    }
    return text;
  }

  /** Where it was thrown, for whoever asked for it. */
  static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString().stripTrailing();
  }

  /** The failure as it stands on standard error. */
  static String line(Throwable failure) {
    return PREFIX + message(failure);
  }
}
