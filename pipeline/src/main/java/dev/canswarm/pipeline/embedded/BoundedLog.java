package dev.canswarm.pipeline.embedded;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The log of a child server: a file that is renamed to {@code NAME.1} when it is full, and the last
 * lines in memory for error messages. Any thread may read the tail; only one thread may write.
 */
final class BoundedLog implements AutoCloseable {

  private static final long FILE_BYTES_MAX = 8L * 1024 * 1024;
  private static final int TAIL_LINES_MAX = 20;

  private final Path file;
  private final long fileBytesMax;
  private final Deque<String> tail = new ArrayDeque<>(TAIL_LINES_MAX);
  private BufferedWriter writer;
  private long bytes;

  BoundedLog(Path file) throws IOException {
    this(file, FILE_BYTES_MAX);
  }

  BoundedLog(Path file, long fileBytesMax) throws IOException {
    this.file = file;
    this.fileBytesMax = fileBytesMax;
    this.writer = append(file);
    this.bytes = Files.size(file);
  }

  private static BufferedWriter append(Path file) throws IOException {
    return Files.newBufferedWriter(
        file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Appends one line. It is written to the file, but not synced, when this returns. */
  void line(String line) throws IOException {
    synchronized (tail) {
      if (tail.size() == TAIL_LINES_MAX) {
        tail.removeFirst();
      }
      tail.addLast(line);
    }
    if (bytes >= fileBytesMax) {
      writer.close();
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
      writer = append(file);
      bytes = 0;
    }
    writer.write(line);
    writer.write('\n');
    writer.flush();
    bytes += line.length() + 1L;
  }

  /** Returns the last lines. */
  String tail() {
    synchronized (tail) {
      return String.join("\n", tail);
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
