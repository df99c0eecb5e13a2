package dev.canswarm.replay.audit;

import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.replay.audit.AuditException.Problem;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lines in a segment's bytes, which come in pieces of any size, and gives them to the
 * verifier. Holds at most one line. Not thread-safe.
 */
public final class SegmentReader {
  private final String file;
  private final AuditVerifier verifier;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long lines;
  private long lineStartBytes;
  private long sealedBytes;

  /**
   * Creates a reader of one segment.
   *
   * @param file the segment's name, for what is reported
   * @param verifier as the segments before it left it
   */
  public SegmentReader(String file, AuditVerifier verifier) {
    this.file = file;
    this.verifier = verifier;
  }

  /**
   * Takes the next bytes.
   *
   * @return the records that they seal
   * @throws AuditException if a line does not follow
   */
  public List<AuditItem.Entry> feed(byte[] bytes, int length) {
    var sealed = new ArrayList<AuditItem.Entry>();
    int start = 0;
    for (int at = 0; at < length; at++) {
      if (bytes[at] == '\n') {
        add(bytes, start, at);
        sealed.addAll(endOfLine());
        start = at + 1;
      }
    }
    add(bytes, start, length);
    return sealed;
  }

  /**
   * Says that the segment has no more bytes. Returns the incomplete last line; null if there is
   * none.
   *
   * @param newest whether no segment follows: only there may a crash have cut off the last line
   * @return the line that was cut off, or null
   * @throws AuditException if bytes are left that are not the beginning of a line
   */
  public AuditItem.@Nullable Torn end(boolean newest) {
    if (line.size() == 0) {
      return null;
    }
    var where = new AuditLocation(file, lines + 1);
    if (!newest || !isBeginningOfLine(line.toByteArray())) {
      throw AuditException.at(
          where,
          Problem.MALFORMED,
          "expected a newline at the end of the line, got the end of the segment after %d bytes"
              .formatted(line.size()));
    }
    return new AuditItem.Torn(where, line.size());
  }

  /** Length of the segment up to and with the last checkpoint line; 0 if it has none. */
  public long sealedBytes() {
    return sealedBytes;
  }

  private void add(byte[] bytes, int from, int to) {
    if (line.size() + (long) to - from > AuditFormat.LINE_BYTES_MAX) {
      throw AuditException.at(
          new AuditLocation(file, lines + 1),
          Problem.TOO_LARGE,
          "expected a line of at most " + AuditFormat.LINE_BYTES_MAX + " bytes, got more");
    }
    line.write(bytes, from, to - from);
  }

  private List<AuditItem.Entry> endOfLine() {
    byte[] whole = line.toByteArray();
    line.reset();
    lines++;
    lineStartBytes += whole.length + 1L;
    List<AuditItem.Entry> sealed = verifier.accept(new AuditLocation(file, lines), whole);
    if (verifier.isSealed()) {
      sealedBytes = lineStartBytes;
    }
    return sealed;
  }

  /**
   * Whether a write that broke off can have left this: a line without its end, also when the file
   * was lengthened with zeros before its content came to the disk. A whole line with anything but a
   * newline behind it is none.
   */
  private static boolean isBeginningOfLine(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    if (length == 0) {
      return true;
    }
    try {
      AuditFormat.parse(Arrays.copyOf(bytes, length));
      return length == bytes.length;
    } catch (JsonException e) {
      return bytes[0] == '{' && e.problem() == JsonException.Problem.TRUNCATED;
    } catch (ShapeException e) {
      return false;
    }
  }
}
