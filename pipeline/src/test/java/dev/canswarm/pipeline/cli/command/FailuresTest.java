package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.SigningException;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** A failure is one line for its reader, and an exit code for its script. */
class FailuresTest {
  @Test
  void aCommandsOwnFailureHasItsOwnCodeAndWords() {
    CommandException failure = new CommandException(ExitCode.USAGE, "no such thread");
    assertThat(Failures.exitCode(failure)).isEqualTo(ExitCode.USAGE);
    assertThat(Failures.message(failure)).isEqualTo("no such thread");
    assertThat(Failures.line(failure)).isEqualTo("swarm: no such thread");
  }

  @Test
  void theCauseOfAStopIsReported() {
    assertThat(Failures.exitCode(new StoppedException())).isEqualTo(ExitCode.STOPPED);
  }

  @Test
  void aTimeoutIsOne() {
    assertThat(Failures.exitCode(new TimeoutException())).isEqualTo(ExitCode.TIMED_OUT);
  }

  @Test
  void whatIsWrongAroundTheProgramIsTheEnvironment() {
    assertThat(Failures.exitCode(new IOException("disk"))).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failures.exitCode(new UncheckedIOException(new IOException("disk"))))
        .isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failures.exitCode(new RetryableException("load", new IOException("away"))))
        .isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void aSignerThatIsAwayIsTheEnvironmentAndSaysItself() {
    SigningException away =
        new SigningException(SigningException.Cause.AWAY, "sign is away: it ended");
    assertThat(Failures.exitCode(away)).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failures.line(away)).isEqualTo("swarm: sign is away: it ended");
  }

  @Test
  void kafkasFailuresSayWhatToCheck() {
    TopicAuthorizationException failure = new TopicAuthorizationException("not allowed");
    assertThat(Failures.exitCode(failure)).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failures.message(failure)).contains("not allowed", "--kafka-bootstrap");
  }

  @Test
  void whatCannotBeDecompressedHereSaysWhatHelps() {
    KafkaException failure =
        new KafkaException("cannot fetch", new NoClassDefFoundError("ZstdInputStream"));
    assertThat(Failures.exitCode(failure)).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(Failures.message(failure)).contains("compressed", "-Djava.io.tmpdir=DIR");
  }

  @Test
  void aDefectNamesItsTypeAndWhereToLook() {
    IllegalStateException defect = new IllegalStateException("impossible");
    assertThat(Failures.exitCode(defect)).isEqualTo(ExitCode.FAILED);
    assertThat(Failures.message(defect))
        .isEqualTo("java.lang.IllegalStateException: impossible (--log-level debug shows where)");
    assertThat(Failures.message(new NullPointerException()))
        .startsWith("java.lang.NullPointerException (--log-level");
  }

  @Test
  void aTraceHasTheCauseToo() {
    Exception failure = new IllegalStateException("outer", new IOException("inner"));
    assertThat(Failures.trace(failure))
        .startsWith("java.lang.IllegalStateException: outer")
        .contains("Caused by: java.io.IOException: inner", "FailuresTest")
        .doesNotEndWith("\n");
  }
}
