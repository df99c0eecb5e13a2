package dev.canswarm.pipeline.files;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.replay.audit.AuditCheckpoint;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditException.Problem;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.AuditLocation;
import dev.canswarm.replay.audit.AuditVerifier;
import dev.canswarm.replay.audit.ChainPosition;
import dev.canswarm.replay.audit.SegmentReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds where a log ends, and cuts off what was written behind its last checkpoint: that was never
 * acknowledged, and the next checkpoint must not sign what somebody else may have put there. What a
 * checkpoint seals is never touched.
 */
final class AuditRecovery {
  private static final int PIECE_BYTES = 64 * 1024;

  /** A checkpoint line holds four numbers, a hash, a key and a signature: under 400 bytes. */
  private static final int CHECKPOINT_BYTES_MAX = 1024;

  /**
   * What was found.
   *
   * @param position after the last checkpoint, or the node's genesis
   * @param number of the segment to write next, which does not exist
   */
  record Found(ChainPosition position, long number) {}

  private final Path directory;
  private final SignatureEngine engine;
  private final PublicKey node;

  AuditRecovery(Path directory, SignatureEngine engine, PublicKey node) {
    this.directory = directory;
    this.engine = engine;
    this.node = node;
  }

  /**
   * Checks the newest segment as far as it is sealed, and against the end of the one before.
   *
   * @throws AuditException where a line is not what this node wrote
   */
  Found recover() throws IOException {
    List<Path> segments = new ArrayList<>(AuditSegments.list(directory));
    while (!segments.isEmpty()) {
      Path newest = segments.remove(segments.size() - 1);
      ChainPosition position = checkAndCut(newest, positionAfter(segments));
      if (Files.size(newest) > 0) {
        return new Found(position, AuditSegments.number(newest) + 1);
      }
      Files.delete(newest);
      Directories.force(directory);
    }
    return new Found(ChainPosition.genesis(node), 1);
  }

  private ChainPosition checkAndCut(Path segment, ChainPosition start) throws IOException {
    var verifier = new AuditVerifier(engine, node, start);
    var reader = new SegmentReader(String.valueOf(segment.getFileName()), verifier);
    byte[] piece = new byte[PIECE_BYTES];
    try (InputStream input = Files.newInputStream(segment)) {
      for (int length = input.read(piece); length >= 0; length = input.read(piece)) {
        reader.feed(piece, length);
      }
    }
    reader.end(true);
    verifier.end();
    cut(segment, reader.sealedBytes());
    ChainPosition sealed = verifier.sealedPosition();
    return sealed == null ? start : sealed;
  }

  private static void cut(Path segment, long sealedBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      if (channel.size() > sealedBytes) {
        channel.truncate(sealedBytes);
        channel.force(true);
      }
    }
  }

  /** Where the newest of these leaves the chain: its last line is a checkpoint. */
  private ChainPosition positionAfter(List<Path> older) throws IOException {
    for (int i = older.size() - 1; i >= 0; i--) {
      if (Files.size(older.get(i)) > 0) {
        return positionAfter(older.get(i));
      }
    }
    return ChainPosition.genesis(node);
  }

  private ChainPosition positionAfter(Path segment) throws IOException {
    byte[] line = lastLine(segment);
    var where = new AuditLocation(segment.getFileName() + " (last line)", 0);
    try {
      if (AuditFormat.parse(line) instanceof AuditCheckpoint checkpoint
          && checkpoint.node().equals(node)
          && checkpoint.isSigned(engine)) {
        return new ChainPosition(checkpoint.n(), Sha256.hex(line), checkpoint.lamport());
      }
    } catch (JsonException | ShapeException e) {
      throw AuditException.at(where, Problem.MALFORMED, String.valueOf(e.getMessage()));
    }
    throw AuditException.at(
        where, Problem.BAD_SIGNATURE, "expected a checkpoint signed by " + node + ", got none");
  }

  /** What stands behind the last newline but one, as far as a checkpoint reaches. */
  private static byte[] lastLine(Path segment) throws IOException {
    byte[] tail;
    try (SeekableByteChannel channel = Files.newByteChannel(segment)) {
      channel.position(Math.max(0, channel.size() - CHECKPOINT_BYTES_MAX));
      tail = Channels.newInputStream(channel).readNBytes(CHECKPOINT_BYTES_MAX);
    }
    int end = tail.length > 0 && tail[tail.length - 1] == '\n' ? tail.length - 1 : tail.length;
    int start = end;
    while (start > 0 && tail[start - 1] != '\n') {
      start--;
    }
    return Arrays.copyOfRange(tail, start, end);
  }
}
