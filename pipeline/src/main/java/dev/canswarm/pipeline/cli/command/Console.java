package dev.canswarm.pipeline.cli.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Standard output, which holds results alone, and standard error, which holds everything else. With
 * JSON on, every line of standard output is one object and the last has {@code "type":"summary"}.
 * Always UTF-8. Thread-safe.
 */
public final class Console implements AutoCloseable {
  private static final String CLEAR_LINE = "\r\033[K";
  private static final int HELP_COLUMNS_MIN = 55;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final OptionalInt columns;
  private boolean json;
  private boolean summarised;
  private String progress = "";

  /**
   * Writes results whole.
   *
   * @param terminal whether a line of {@code err} can be written over
   */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this(out, err, terminal, OptionalInt.empty());
  }

  /**
   * Breaks results.
   *
   * @param terminal whether a line of {@code err} can be written over
   * @param columns of the terminal that {@code out} is; empty where it is none
   */
  Console(PrintStream out, PrintStream err, boolean terminal, OptionalInt columns) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.columns = columns;
  }

  /** The process's own streams. */
  public static Console ofProcess(Map<String, String> environment) {
    return new Console(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Terminal.present(environment),
        Terminal.columns(environment));
  }

  /** Turns JSON on. */
  public synchronized void useJson() {
    json = true;
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
    if (columns.isEmpty()) {
      stream.println(text);
      return;
    }
    for (String line : text.split("\\R", -1)) {
      WordWrap.row(line, columns.getAsInt()).forEach(stream::println);
    }
  }

  /** How wide help is: as the terminal, or 80 columns; never so narrow that picocli refuses. */
  int helpColumns() {
    return Math.max(HELP_COLUMNS_MIN, columns.orElse(Terminal.COLUMNS_USUAL));
  }

  /** Writes a result's exact bytes, without a line end; nothing where results are JSON. */
  public synchronized void result(byte[] bytes) {
    if (!json) {
      clearProgress();
      out.write(bytes, 0, bytes.length);
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

  /** Writes a line on standard error; on a terminal it breaks as results do. */
  public synchronized void note(String line) {
    clearProgress();
    if (terminal) {
      print(err, line);
    } else {
      err.println(line);
    }
    showProgress();
  }

  /**
   * Shows how far it is: in the same place on a terminal, where it stays below all other lines.
   * Elsewhere every call is a line, so call it sparsely.
   */
  public synchronized void progress(String line) {
    if (terminal) {
      progress = line;
      err.print(CLEAR_LINE + line);
      err.flush();
    } else {
      err.println(line);
    }
  }

  /** Leaves the last progress as a line, and shows none from now on. */
  public synchronized void progressDone() {
    if (!progress.isEmpty()) {
      err.println();
      progress = "";
    }
  }

  /** Whether nobody reads standard output any more. */
  public boolean outputClosed() {
    return out.checkError();
  }

  /** For what prints by itself, such as help. */
  PrintStream out() {
    return out;
  }

  /** Flushes; the process's streams stay open, since what ends it may still speak. */
  @Override
  public synchronized void close() {
    progressDone();
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
