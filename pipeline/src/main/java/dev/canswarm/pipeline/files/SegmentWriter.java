package dev.canswarm.pipeline.files;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.replay.audit.AuditBuffer;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.ChainPosition;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends batches to the segments of a log. Each batch ends with a checkpoint and is on disk before
 * {@link #write} returns. After a failure, it is unknown which bytes reached the disk: the segment
 * is truncated to the bytes that were forced, verified, and closed; the next batch starts a new
 * segment at the same chain position. Blocks on files. Not thread-safe.
 */
final class SegmentWriter {
  /** An event with its classified content. */
  record Entry(AuditEvent event, AuditContent content) {}

  private final Path directory;
  private final AuditRecovery recovery;
  private final SigningKey key;
  private final LamportClock clock;
  private final TimeSource time;
  private final SegmentOutput.Factory outputs;
  private final long segmentBytesMax;

  /** The lines of the batch that is being written; reused. */
  private final AuditBuffer lines = new AuditBuffer();

  private ChainPosition durable;
  private long number;
  private long durableBytes;

  /** Of all segments since the start. */
  private volatile long writtenBytes;

  private @Nullable SegmentOutput output;
  private boolean suspect;

  SegmentWriter(
      Path directory,
      AuditRecovery recovery,
      AuditRecovery.Found found,
      SigningKey key,
      LamportClock clock,
      TimeSource time,
      SegmentOutput.Factory outputs,
      long segmentBytesMax) {
    this.directory = directory;
    this.recovery = recovery;
    this.key = key;
    this.clock = clock;
    this.time = time;
    this.outputs = outputs;
    this.segmentBytesMax = segmentBytesMax;
    this.durable = found.position();
    this.number = found.number();
  }

  /**
   * Writes a batch.
   *
   * @throws IOException if the batch may not be on disk; the chain contains none of it then
   * @throws dev.canswarm.replay.audit.AuditException if the file differs from the bytes that were
   *     written
   */
  void write(List<Entry> entries) throws IOException {
    if (suspect) {
      repair();
    }
    lines.clear();
    ChainPosition end = render(entries);
    if (durableBytes > 0 && durableBytes + lines.size() > segmentBytesMax) {
      close();
      number++;
      durableBytes = 0;
    }
    suspect = true;
    SegmentOutput open = output;
    if (open == null) {
      open = outputs.create(directory.resolve(AuditSegments.name(number)));
      output = open;
    }
    open.append(lines.bytes(), lines.size());
    open.force();
    suspect = false;
    durable = end;
    durableBytes += lines.size();
    writtenBytes += lines.size();
  }

  /** Returns how many bytes were written since the start; from any thread. */
  long writtenBytes() {
    return writtenBytes;
  }

  /** Renders the lines of a batch, and returns the chain position after them. */
  private ChainPosition render(List<Entry> entries) {
    ChainPosition position = durable;
    for (Entry entry : entries) {
      AuditEvent event = entry.event();
      long lamport = entry.content().advance(clock, event.direction());
      int start = lines.size();
      AuditFormat.record(lines, position, lamport, time.epochNanos(), event, entry.content());
      position = position.after(lamport, lines, start);
      lines.append('\n');
    }
    byte[] checkpoint = AuditFormat.checkpoint(position, time.epochNanos(), key);
    lines.append(checkpoint).append('\n');
    return position.afterCheckpoint(checkpoint);
  }

  private void repair() throws IOException {
    close();
    Path segment = directory.resolve(AuditSegments.name(number));
    if (Files.exists(segment)) {
      cutBack(segment);
    }
    AuditRecovery.Found found = recovery.recover();
    if (!found.position().equals(durable)) {
      throw new IOException(
          "expected the audit log in %s to end at record %d with hash %s, got record %d with %s"
              .formatted(
                  directory,
                  durable.n(),
                  durable.lineHash(),
                  found.position().n(),
                  found.position().lineHash()));
    }
    number = found.number();
    durableBytes = 0;
    suspect = false;
  }

  private void cutBack(Path segment) throws IOException {
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      channel.truncate(durableBytes);
      channel.force(true);
    }
  }

  /** Closes the segment. Its content is on disk, or marked for repair. */
  void close() {
    try {
      if (output != null) {
        output.close();
      }
    } catch (IOException e) {
      // Acknowledged records were forced before this; the rest gets truncated.
    }
    output = null;
  }
}
