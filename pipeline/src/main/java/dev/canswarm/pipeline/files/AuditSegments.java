package dev.canswarm.pipeline.files;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.port.RetryableException;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditException.Problem;
import dev.canswarm.replay.audit.AuditItem;
import dev.canswarm.replay.audit.AuditLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * Reads the segments of a log: files {@code 000000000001.jsonl} and so on without gaps, linked by
 * one hash chain. Ignores files with other names.
 */
public final class AuditSegments {
  private static final Pattern NAME = Pattern.compile("([0-9]{12})\\.jsonl");

  private AuditSegments() {}

  /**
   * Reads and verifies a log from its first line. Memory is bounded: one line, and the records
   * between two checkpoints. The node may append concurrently; the result ends where the newest
   * segment ended when it was read.
   *
   * <p>Emits a record after the checkpoint that covers it was verified. At the end it emits the
   * records without a checkpoint, marked as unsealed, and a line that a crash truncated. Fails with
   * {@link AuditException}, which names the first line that the node did not write, or with {@link
   * RetryableException} if reading fails. Reads on the requesting thread: subscribe on a scheduler
   * for files.
   *
   * @param trustedNodes the keys that the trust file lists as nodes
   */
  public static Flux<AuditItem> read(
      Path directory, SignatureEngine engine, Collection<PublicKey> trustedNodes) {
    return Flux.generate(
        () -> new AuditCursor(directory, engine, trustedNodes),
        (cursor, sink) -> {
          AuditItem next = cursor.next();
          if (next == null) {
            sink.complete();
          } else {
            sink.next(next);
          }
          return cursor;
        },
        AuditCursor::close);
  }

  /** Returns the file name of a segment. */
  static String name(long number) {
    return "%012d.jsonl".formatted(number);
  }

  /** Returns the number of a segment, from 1. */
  static long number(Path segment) {
    Matcher matcher = NAME.matcher(String.valueOf(segment.getFileName()));
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /**
   * Returns all segments in order; empty if the directory does not exist.
   *
   * @throws AuditException if a segment is missing
   */
  static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> segments;
    try (Stream<Path> files = Files.list(directory)) {
      segments = files.filter(file -> number(file) > 0).sorted().toList();
    }
    for (int i = 0; i < segments.size(); i++) {
      if (number(segments.get(i)) != i + 1) {
        throw AuditException.at(
            new AuditLocation(String.valueOf(segments.get(i).getFileName()), 1),
            Problem.MISSING_SEGMENT,
            "expected segment " + name(i + 1) + " before it, found none");
      }
    }
    return segments;
  }
}
