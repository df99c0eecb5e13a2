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
 * Finds the end of a log, and truncates records after its last checkpoint. Those were never
 * acknowledged, and the next checkpoint must not sign bytes that somebody else may have written.
 * Records that a checkpoint seals are never modified.
 */
final class AuditRecovery {
  private static final int PIECE_BYTES = 64 * 1024;

  /**
   * The size limit of a checkpoint line, in bytes: it holds four numbers, a hash, a key and a
   * signature, which take less than 400.
   */
  private static final int CHECKPOINT_BYTES_MAX = 1024;

  /**
   * The end of a log.
   *
   * @param position the chain position after the last checkpoint, or the genesis of the node
   * @param number the number of the next segment, which does not exist yet
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
   * Verifies the sealed part of the newest segment and its link to the previous one. Truncates the
   * unsealed rest.
   *
   * @throws AuditException if the node did not write a line
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

  /**
   * Returns the chain position after the newest of these segments, whose last line must be a
   * checkpoint.
   */
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

  /**
   * Reads the last complete line of a segment, provided that it is not longer than a checkpoint.
   */
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
