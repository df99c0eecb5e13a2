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
 * A log's segments: files {@code 000000000001.jsonl} and so on without gaps, whose chain goes on
 * from one to the next. Files with other names are left alone.
 */
public final class AuditSegments {
  private static final Pattern NAME = Pattern.compile("([0-9]{12})\\.jsonl");

  private AuditSegments() {}

  /**
   * Reads and checks a log, from its first line on. Bounded memory: one line, and the records
   * between two checkpoints. It may be read while its node writes; it ends where the newest segment
   * ends.
   *
   * <p>Emits a record once the checkpoint behind it was checked; then those that no checkpoint
   * covers, marked so, and a line that a crash cut off. Errors: {@link AuditException} names the
   * first line that is not what the node wrote; {@link RetryableException} where reading fails.
   * Reads on the thread that asks: subscribe on a scheduler for files.
   *
   * @param trustedNodes keys that the trust file lists as nodes
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

  /** A segment's name. */
  static String name(long number) {
    return "%012d.jsonl".formatted(number);
  }

  /** A segment's number. */
  static long number(Path segment) {
    Matcher matcher = NAME.matcher(String.valueOf(segment.getFileName()));
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /**
   * All segments in order, none where there is no such directory.
   *
   * @throws AuditException where a number is missing
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
