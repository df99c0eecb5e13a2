package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Console console(boolean terminal) {
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        terminal);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void peopleGetTextAndNoObjects() {
    Console console = console(false);
    console.result("→ ready");
    console.object("ready", Map.of("a", 1));
    console.summary(0, Map.of());
    assertThat(out()).isEqualTo("→ ready" + System.lineSeparator());
  }

  @Test
  void withJsonThereAreObjectsAloneAndOneSummary() {
    Console console = console(false);
    console.useJson();
    console.result("ready");
    console.object("ready", Map.of("a", 1));
    console.summary(4, Map.of("n", 2));
    console.summary(0, Map.of());
    assertThat(out().lines())
        .containsExactly(
            "{\"type\":\"ready\",\"a\":1}",
            "{\"type\":\"summary\",\"ok\":false,\"exit\":4,\"n\":2}");
  }

  @Test
  void theLastNoteComesAfterAllOthersAndOnce() {
    Console console = console(false);
    console.lastNote("the disk is full");
    console.note("stopping");
    console.close();
    console.close();
    assertThat(err().lines()).containsExactly("stopping", "the disk is full");
  }

  @Test
  void resultsBreakBetweenWordsOnATerminalAndStayWholeElsewhere() {
    String row = "task 12345678  count the words";
    Console terminal =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            true,
            true,
            OptionalInt.of(25));
    terminal.result(row);
    console(false).result(row);
    assertThat(out().lines())
        .containsExactly("task 12345678  count the", "               words", row);
  }

  @Test
  void progressStaysBelowOtherLinesOnATerminal() {
    Console console = console(true);
    console.progress("1/2");
    console.note("something");
    console.progress("2/2");
    console.progressDone();
    assertThat(err().replace("\r\033[K", "<").replace(System.lineSeparator(), "|"))
        .isEqualTo("<1/2<something|1/2<2/2|");
  }

  @Test
  void progressElsewhereIsALineEach() {
    Console console = console(false);
    console.progress("1/2");
    console.progress("2/2");
    console.progressDone();
    assertThat(err().lines()).containsExactly("1/2", "2/2");
  }

  @Test
  void textThatATerminalWouldObeyIsEscapedOnBothStreams() {
    Console console = console(false);
    console.result("a\u001b[2Jb\nc\u009b\u202e");
    console.note("d\u0007\r");
    assertThat(out().lines()).containsExactly("a\\u001b[2Jb", "c\\u009b\\u202e");
    assertThat(err().lines()).containsExactly("d\\u0007\\u000d");
  }

  @Test
  void objectsAreEscapedAsJsonIs() {
    Console console = console(false);
    console.useJson();
    console.object("a", Map.of("text", "\u009b\u202e\u007f"));
    assertThat(out().strip()).isEqualTo("{\"type\":\"a\",\"text\":\"\\u009b\\u202e\\u007f\"}");
  }

  @Test
  void bytesAreWrittenAsTheyAreExceptOnATerminal() {
    byte[] bytes = "x\u001b\n".getBytes(StandardCharsets.UTF_8);
    console(false).result(bytes);
    Console terminal = onTerminal();
    terminal.result(bytes);
    terminal.useRaw();
    terminal.result(bytes);
    assertThat(out()).isEqualTo("x\u001b\nx\\u001b\nx\u001b\n");
  }

  private Console onTerminal() {
    return new Console(
        out, new PrintStream(err, true, StandardCharsets.UTF_8), true, true, OptionalInt.empty());
  }

  @Test
  void whatCannotBeWrittenIsAFailureUnlessTheReaderLeft() {
    assertThat(failing("No space left on device").outputFailure())
        .hasValueSatisfying(e -> assertThat(e).hasMessage("No space left on device"));
    assertThat(failing("Broken pipe").outputFailure()).isEmpty();
    assertThat(console(false).outputFailure()).isEmpty();
  }

  private Console failing(String message) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(message);
          }
        };
    Console console = new Console(full, new PrintStream(err, true, StandardCharsets.UTF_8), false);
    console.result("text");
    return console;
  }
}
