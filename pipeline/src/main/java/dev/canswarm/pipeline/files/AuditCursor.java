package dev.canswarm.pipeline.files;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.port.RetryableException;
import dev.canswarm.replay.audit.AuditItem;
import dev.canswarm.replay.audit.AuditVerifier;
import dev.canswarm.replay.audit.SegmentReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Reads the segments of a log in small pieces. Blocks on files. Not thread-safe. */
final class AuditCursor {
  private static final int PIECE_BYTES = 64 * 1024;

  private final Path directory;
  private final AuditVerifier verifier;
  private final Iterator<Path> segments;
  private final ArrayDeque<AuditItem> ready = new ArrayDeque<>();
  private final byte[] piece = new byte[PIECE_BYTES];
  private @Nullable InputStream input;
  private @Nullable SegmentReader reader;
  private boolean ended;

  AuditCursor(Path directory, SignatureEngine engine, Collection<PublicKey> trustedNodes) {
    this.directory = directory;
    this.verifier = new AuditVerifier(engine, trustedNodes);
    try {
      this.segments = AuditSegments.list(directory).iterator();
    } catch (IOException e) {
      throw new RetryableException("list audit segments in " + directory, e);
    }
  }

  /** Returns the next item, or null at the end of the log. */
  @Nullable AuditItem next() {
    try {
      while (ready.isEmpty() && !ended) {
        advance();
      }
      return ready.poll();
    } catch (IOException e) {
      throw new RetryableException("read audit segments in " + directory, e);
    }
  }

  private void advance() throws IOException {
    if (input == null || reader == null) {
      if (!segments.hasNext()) {
        ended = true;
        return;
      }
      Path segment = segments.next();
      input = Files.newInputStream(segment);
      reader = new SegmentReader(String.valueOf(segment.getFileName()), verifier);
    }
    int length = input.read(piece);
    if (length >= 0) {
      ready.addAll(reader.feed(piece, length));
    } else {
      endSegment(reader);
    }
  }

  private void endSegment(SegmentReader finished) {
    boolean newest = !segments.hasNext();
    AuditItem torn = finished.end(newest);
    if (newest) {
      ready.addAll(verifier.end());
    }
    if (torn != null) {
      ready.add(torn);
    }
    close();
  }

  /** Closes the file that is open, if any. */
  void close() {
    try {
      if (input != null) {
        input.close();
      }
    } catch (IOException e) {
      // The file was opened for reading only, so closing it cannot lose data.
    }
    input = null;
    reader = null;
  }
}
