package dev.canswarm.pipeline.cli.command;

import dev.canswarm.pipeline.cli.text.JsonText;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.cli.text.WordWrap;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Standard output, which has only results, and standard error, which has everything else. With JSON
 * on, every line of standard output is one object and the last has {@code "type":"summary"}. Always
 * UTF-8. Control sequences for terminals are escaped ({@link Printable}); in results that are bytes
 * only if the output is a terminal. Thread-safe.
 */
public final class Console implements AutoCloseable {
  private static final String CLEAR_LINE = "\r\033[K";
  private static final String CLEAR_SCREEN = "\033[H\033[2J";
  private static final int HELP_COLUMNS_MIN = 55;

  private final WatchedOutput written;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final boolean resultsOnTerminal;
  private final OptionalInt columns;
  private boolean json;
  private boolean raw;
  private boolean summarised;
  private String progress = "";
  private String last = "";

  /**
   * Writes results without line breaks, to an output that is not a terminal.
   *
   * @param terminal whether a line of {@code err} can be written over
   */
  public Console(OutputStream out, PrintStream err, boolean terminal) {
    this(out, err, terminal, false, OptionalInt.empty());
  }

  /**
   * Creates a console that breaks lines at the width of the terminal.
   *
   * @param terminal whether a line of {@code err} can be written over
   * @param resultsOnTerminal whether {@code out} is a terminal
   * @param columns of that terminal; empty if it is not a terminal, or its width is unknown
   */
  Console(
      OutputStream out,
      PrintStream err,
      boolean terminal,
      boolean resultsOnTerminal,
      OptionalInt columns) {
    this.written = new WatchedOutput(out);
    this.out = new PrintStream(written, true, StandardCharsets.UTF_8);
    this.err = err;
    this.terminal = terminal;
    this.resultsOnTerminal = resultsOnTerminal;
    this.columns = columns;
  }

  /** The process's own streams. */
  public static Console ofProcess(Map<String, String> environment) {
    return new Console(
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Terminal.present(environment),
        Terminal.isOutput(),
        Terminal.columns(environment));
  }

  /** From now on, results are printed as one JSON object per line. */
  public synchronized void useJson() {
    json = true;
  }

  /** Writes results in bytes as they are, on a terminal too. */
  public synchronized void useRaw() {
    raw = true;
  }

  /** Whether results are JSON. */
  public synchronized boolean json() {
    return json;
  }

  /** Whether {@link #progress} writes over its line. */
  public boolean terminal() {
    return terminal;
  }

  /**
   * Writes a result for people; nothing where results are JSON. On a terminal, lines that are
   * longer than it is wide break between words; elsewhere they stay whole, for what reads them by
   * line.
   */
  public synchronized void result(String text) {
    if (!json) {
      clearProgress();
      print(out, text);
      showProgress();
    }
  }

  private void print(PrintStream stream, String text) {
    String safe = Printable.lines(text);
    if (columns.isEmpty()) {
      stream.println(safe);
      return;
    }
    for (String line : safe.split("\n", -1)) {
      WordWrap.row(line, columns.getAsInt()).forEach(stream::println);
    }
  }

  /**
   * Returns the width of help: that of the terminal or 80 columns, and at least picocli's minimum.
   */
  int helpColumns() {
    return Math.max(HELP_COLUMNS_MIN, columns.orElse(Terminal.COLUMNS_USUAL));
  }

  /**
   * Writes a result's exact bytes, without a line end; nothing where results are JSON. On a
   * terminal it writes them as text with escapes, unless {@link #useRaw}.
   */
  public synchronized void result(byte[] bytes) {
    if (!json) {
      clearProgress();
      if (resultsOnTerminal && !raw) {
        out.print(Printable.lines(bytes));
      } else {
        out.write(bytes, 0, bytes.length);
      }
      out.flush();
      showProgress();
    }
  }

  /** Writes a result as one object; nothing where results are for people. */
  public synchronized void object(String type, Map<String, ?> members) {
    if (json) {
      clearProgress();
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("type", type);
      all.putAll(members);
      out.println(JsonText.of(all));
      showProgress();
    }
  }

  /** Writes the last object; once. */
  public synchronized void summary(int exitCode, Map<String, ?> members) {
    if (!summarised) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("ok", exitCode == ExitCode.OK);
      all.put("exit", exitCode);
      all.putAll(members);
      object("summary", all);
      summarised = true;
    }
  }

  /** Clears the terminal to which results go; does nothing if they go elsewhere or are JSON. */
  public synchronized void clearScreen() {
    if (resultsOnTerminal && !json) {
      out.print(CLEAR_SCREEN);
    }
  }

  /** Writes a line on standard error; on a terminal it breaks as results do. */
  public synchronized void note(String line) {
    clearProgress();
    if (terminal) {
      print(err, line);
    } else {
      err.println(Printable.lines(line));
    }
    showProgress();
  }

  /**
   * Shows progress: on a terminal always in the same line, below all others. Elsewhere every call
   * writes a line, so call it rarely.
   */
  public synchronized void progress(String line) {
    String safe = Printable.value(line);
    if (terminal) {
      progress = safe;
      err.print(CLEAR_LINE + safe);
      err.flush();
    } else {
      err.println(safe);
    }
  }

  /** Keeps the last progress line, and ends progress. */
  public synchronized void progressDone() {
    if (!progress.isEmpty()) {
      err.println();
      progress = "";
    }
  }

  /** Whether the reader of standard output has closed it. */
  public boolean outputClosed() {
    return out.checkError();
  }

  /** Returns the failure to write results; empty if there was none, or if their reader has left. */
  Optional<IOException> outputFailure() {
    out.flush();
    return written.failure();
  }

  /** Returns the stream for code that prints by itself, such as help. */
  PrintStream out() {
    return out;
  }

  /**
   * Keeps a line for the end of standard error, after all that is written while the process stops.
   */
  public synchronized void lastNote(String line) {
    last = line;
  }

  /** Flushes; the process's streams stay open for messages about its end. */
  @Override
  public synchronized void close() {
    progressDone();
    if (!last.isEmpty()) {
      note(last);
      last = "";
    }
    out.flush();
    err.flush();
  }

  private void clearProgress() {
    if (!progress.isEmpty()) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }

  private void showProgress() {
    if (!progress.isEmpty()) {
      out.flush();
      err.print(progress);
      err.flush();
    }
  }
}
