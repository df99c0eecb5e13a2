package dev.canswarm.simulation.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The threads whose records a process has received since its start, read from its audit log: a line
 * is on disk before its record is acknowledged. Reads only the lines added since the last call. Not
 * thread-safe.
 */
final class AuditTrail {
  private static final Pattern THREAD =
      Pattern.compile("\"thread_id\":\"(" + ChaosWorkload.THREAD_PREFIX + "[0-9]+)\"");

  private final Path directory;
  private final Map<Path, Long> read = new HashMap<>();
  private final Set<String> threads = new HashSet<>();
  private final Set<String> ever = new HashSet<>();

  AuditTrail(Path directory) {
    this.directory = directory;
  }

  /** Forgets the threads of earlier runs of the process. */
  void restart() {
    readNew();
    threads.clear();
  }

  /** Returns the threads in the log since the restart. */
  Set<String> taken() {
    readNew();
    return Set.copyOf(threads);
  }

  /** Returns the number of threads of all runs of the process. */
  int everTaken() {
    readNew();
    return ever.size();
  }

  private void readNew() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory, "*.jsonl")) {
      for (Path segment : segments) {
        read.put(segment, read(segment, read.getOrDefault(segment, 0L)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the audit log in " + directory + " cannot be read", e);
    }
  }

  private long read(Path segment, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(segment)) {
      // On its start, a process truncates a line that a kill left incomplete.
      long start = Math.min(from, channel.size());
      ByteBuffer added = ByteBuffer.allocate(Math.toIntExact(channel.size() - start));
      long at = start;
      while (added.hasRemaining()) {
        int count = channel.read(added, at);
        if (count < 0) {
          break;
        }
        at += count;
      }
      String text = new String(added.array(), 0, added.position(), StandardCharsets.US_ASCII);
      // The rest is a line that is being written: it is read again once it is whole.
      String lines = text.substring(0, text.lastIndexOf('\n') + 1);
      Matcher matcher = THREAD.matcher(lines);
      while (matcher.find()) {
        threads.add(matcher.group(1));
        ever.add(matcher.group(1));
      }
      return start + lines.length();
    }
  }
}
