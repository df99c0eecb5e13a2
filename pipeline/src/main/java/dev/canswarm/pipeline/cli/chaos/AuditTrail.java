package dev.canswarm.pipeline.cli.chaos;

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
 * Threads that a process has taken since it was started, as its audit log tells: a line is on disk
 * before its record is acknowledged. Reads what was added since the last look. For one thread at a
 * time.
 */
final class AuditTrail {
  private static final Pattern THREAD =
      Pattern.compile("\"thread_id\":\"(" + Feed.THREAD_PREFIX + "[0-9]+)\"");

  private final Path directory;
  private final Map<Path, Long> read = new HashMap<>();
  private final Set<String> threads = new HashSet<>();
  private final Set<String> ever = new HashSet<>();

  AuditTrail(Path directory) {
    this.directory = directory;
  }

  /** From here on, what was there before does not count. */
  void restart() {
    look();
    threads.clear();
  }

  /** The threads that are in the log now, since the restart. */
  Set<String> taken() {
    look();
    return Set.copyOf(threads);
  }

  /** How many threads it has ever taken, whenever it ran. */
  int everTaken() {
    look();
    return ever.size();
  }

  private void look() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory, "*.jsonl")) {
      for (Path segment : segments) {
        read.put(segment, look(segment, read.getOrDefault(segment, 0L)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the audit log in " + directory + " cannot be read", e);
    }
  }

  private long look(Path segment, long from) throws IOException {
    try (FileChannel channel = FileChannel.open(segment)) {
      // A process that is started cuts off a line that its kill left unfinished.
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
      Matcher matcher = THREAD.matcher(text);
      while (matcher.find()) {
        threads.add(matcher.group(1));
        ever.add(matcher.group(1));
      }
      return at;
    }
  }
}
