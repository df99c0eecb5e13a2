package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedOutputTest {
  /** Fails every time, each time with the next number. */
  private static final class Failing extends OutputStream {
    private final String message;
    private int failures;

    Failing(String message) {
      this.message = message;
    }

    @Override
    public void write(int octet) throws IOException {
      throw new IOException(message + " " + ++failures);
    }

    @Override
    public void flush() throws IOException {
      throw new IOException(message + " " + ++failures);
    }
  }

  @Test
  void whatIsWrittenArrives() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    WatchedOutput output = new WatchedOutput(bytes);
    output.write('a');
    output.write("xbcx".getBytes(StandardCharsets.US_ASCII), 1, 2);
    output.flush();
    assertThat(bytes.toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
    assertThat(output.failure()).isEmpty();
  }

  @Test
  void theFirstFailureIsKeptThoughAPrintStreamSwallowsIt() {
    WatchedOutput output = new WatchedOutput(new Failing("No space left on device"));
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    out.println("first");
    out.println("second");
    assertThat(output.failure())
        .get()
        .hasToString("java.io.IOException: No space left on device 1");
  }

  @Test
  void aFlushThatFailsIsAFailureToo() {
    WatchedOutput output = new WatchedOutput(new Failing("Input/output error"));
    assertThatThrownBy(output::flush).isInstanceOf(IOException.class);
    assertThat(output.failure()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Broken pipe", "java.io.IOException: broken PIPE"})
  void aReaderThatHasSeenEnoughIsNoFailure(String message) {
    WatchedOutput output = new WatchedOutput(new Failing(message));
    assertThatThrownBy(() -> output.write('a')).isInstanceOf(IOException.class);
    assertThat(output.failure()).isEmpty();
  }
}
