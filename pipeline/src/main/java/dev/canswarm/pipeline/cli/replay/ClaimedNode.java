package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.pipeline.cli.verify.BoundedLines;
import dev.canswarm.port.RetryableException;
import dev.canswarm.replay.audit.AuditCheckpoint;
import dev.canswarm.replay.audit.AuditFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the node key that an audit log names itself. Unverified: it proves nothing. */
final class ClaimedNode {
  private static final String FIRST_SEGMENT = "000000000001.jsonl";

  private ClaimedNode() {}

  /**
   * Returns the key in the first checkpoint of a log; empty if its first segment has none. Blocks.
   *
   * @throws RetryableException if the file cannot be read
   */
  static Optional<PublicKey> of(Path directory) {
    Path first = directory.resolve(FIRST_SEGMENT);
    try (InputStream in = Files.newInputStream(first)) {
      var lines = new BoundedLines(in, AuditFormat.LINE_BYTES_MAX);
      Optional<BoundedLines.Line> line = lines.next();
      while (line.isPresent() && !line.get().tooLong()) {
        if (AuditFormat.parse(line.get().bytes()) instanceof AuditCheckpoint checkpoint) {
          return Optional.of(checkpoint.node());
        }
        line = lines.next();
      }
      return Optional.empty();
    } catch (JsonException | ShapeException noLine) {
      return Optional.empty();
    } catch (IOException e) {
      throw new RetryableException("read audit segment " + first, e);
    }
  }
}
