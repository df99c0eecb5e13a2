package dev.canswarm.pipeline.files;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.ChainPosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends batches to a log's segments, each closed by a checkpoint and on disk before {@link
 * #write} returns. After a failure nothing is known of what reached the disk: the segment is cut
 * back to what was forced, checked, and left; the next batch goes into a new one, at the same place
 * of the chain. Blocks on files. Not thread-safe.
 */
final class SegmentWriter {
  /** An event with its content looked at. */
  record Entry(AuditEvent event, AuditContent content) {}

  private final Path directory;
  private final AuditRecovery recovery;
  private final SigningKey key;
  private final LamportClock clock;
  private final TimeSource time;
  private final SegmentOutput.Factory outputs;
  private final long segmentBytesMax;

  private ChainPosition durable;
  private long number;
  private long durableBytes;
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
   * Writes one batch.
   *
   * @throws IOException when it may not be on disk; nothing of it is in the chain then
   * @throws dev.canswarm.replay.audit.AuditException when what is on disk is not what was written
   */
  void write(List<Entry> entries) throws IOException {
    if (suspect) {
      repair();
    }
    var lines = new ByteArrayOutputStream();
    ChainPosition end = render(entries, lines);
    byte[] batch = lines.toByteArray();
    if (durableBytes > 0 && durableBytes + batch.length > segmentBytesMax) {
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
    open.append(batch);
    open.force();
    suspect = false;
    durable = end;
    durableBytes += batch.length;
  }

  /** Writes a batch's lines, and answers where they leave the chain. */
  private ChainPosition render(List<Entry> entries, ByteArrayOutputStream lines) {
    ChainPosition position = durable;
    for (Entry entry : entries) {
      AuditEvent event = entry.event();
      long lamport = entry.content().advance(clock, event.direction());
      byte[] line =
          AuditFormat.record(position, lamport, time.epochNanos(), event, entry.content());
      position = position.after(lamport, line);
      lines.writeBytes(line);
      lines.write('\n');
    }
    byte[] checkpoint = AuditFormat.checkpoint(position, time.epochNanos(), key);
    lines.writeBytes(checkpoint);
    lines.write('\n');
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

  /** Closes the segment; all of it is on disk, or it is to be repaired. */
  void close() {
    try {
      if (output != null) {
        output.close();
      }
    } catch (IOException e) {
      // What was acknowledged was forced before; what was not is cut off.
    }
    output = null;
  }
}
