package dev.canswarm.benchmarks.run;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Reports each finished benchmark to a callback, instead of JMH's own output. Keeps the last lines
 * of that output for error messages. Thread-safe, since JMH writes from several threads.
 */
final class ProgressFormat implements OutputFormat {
  private static final int KEPT_LINES_MAX = 60;
  private static final int LINE_BYTES_MAX = 2000;

  private final Consumer<BenchmarkResult> done;
  private final Deque<String> kept = new ArrayDeque<>();

  /** Bytes, since a fork's output arrives octet by octet, and a character may have several. */
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /**
   * @param done receives the result of each finished benchmark
   */
  ProgressFormat(Consumer<BenchmarkResult> done) {
    this.done = done;
  }

  /** Returns the last lines of JMH's output. */
  synchronized String lastLines() {
    endLine();
    return String.join("\n", kept);
  }

  private void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized void add(byte... bytes) {
    for (byte octet : bytes) {
      if (octet == '\n') {
        endLine();
      } else if (line.size() < LINE_BYTES_MAX) {
        line.write(octet);
      }
    }
  }

  private void endLine() {
    if (line.size() > 0) {
      kept.addLast(line.toString(StandardCharsets.UTF_8));
      line.reset();
      if (kept.size() > KEPT_LINES_MAX) {
        kept.removeFirst();
      }
    }
  }

  @Override
  public void endBenchmark(@Nullable BenchmarkResult result) {
    if (result != null) {
      done.accept(result);
    }
  }

  @Override
  public void print(String text) {
    add(text);
  }

  @Override
  public void println(String text) {
    add(text + "\n");
  }

  @Override
  public void verbosePrintln(String text) {}

  @Override
  public void write(int octet) {
    add((byte) octet);
  }

  @Override
  public void write(byte[] bytes) {
    add(bytes);
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int number) {}

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int number, IterationResult data) {}

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
