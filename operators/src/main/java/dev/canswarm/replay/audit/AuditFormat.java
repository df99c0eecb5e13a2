package dev.canswarm.replay.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes and reads the lines of a log, without their newlines. Every line has one spelling: its
 * canonical form (RFC 8785), so that no byte of it can change unseen. Stateless and thread-safe.
 */
public final class AuditFormat {
  /** Most bytes of an event's content: as base64 in a line of {@link #LINE_BYTES_MAX} it fits. */
  public static final int CONTENT_BYTES_MAX = 8 << 20;

  /** Most bytes of a line, without its newline. */
  public static final int LINE_BYTES_MAX = 12 << 20;

  /** Most records between two checkpoints: a reader holds them until the checkpoint is checked. */
  public static final int BATCH_RECORDS_MAX = 4096;

  /** Most bytes of the records between two checkpoints; a single record is always allowed. */
  public static final long BATCH_BYTES_MAX = 32L << 20;

  /** Most characters of a note; the rest is cut off. */
  public static final int NOTE_CHARS_MAX = 2048;

  private static final byte[] CHECKPOINT_TAG = "can-swarm/audit/v1\0".getBytes(US_ASCII);

  private AuditFormat() {}

  /**
   * Returns the line of a record.
   *
   * @throws IllegalArgumentException for content past {@link #CONTENT_BYTES_MAX}
   */
  public static byte[] record(
      ChainPosition position,
      long lamport,
      long timestampNs,
      AuditEvent event,
      AuditContent content) {
    AuditBuffer line = new AuditBuffer();
    record(line, position, lamport, timestampNs, event, content);
    return Arrays.copyOf(line.bytes(), line.size());
  }

  /**
   * Appends a record line.
   *
   * @throws IllegalArgumentException for content past {@link #CONTENT_BYTES_MAX}
   */
  public static void record(
      AuditBuffer out,
      ChainPosition position,
      long lamport,
      long timestampNs,
      AuditEvent event,
      AuditContent content) {
    checkSize(event);
    out.append("{\"dir\":\"").append(event.direction().name()).append("\",");
    if (content.canonicalObject()) {
      out.append("\"envelope\":").append(content.bytes()).append(',');
    }
    if (event.gas() > 0) {
      out.append("\"gas\":").append(event.gas()).append(',');
    }
    out.append("\"lamport\":").append(lamport).append(",\"n\":").append(position.n() + 1);
    if (!event.note().isEmpty()) {
      out.append(",\"note\":").append(quoted(shortened(event.note())));
    }
    out.append(",\"offset\":").append(event.offset());
    out.append(",\"partition\":").append(event.partition());
    out.append(",\"prev\":\"").append(position.lineHash()).append('"');
    if (!content.canonicalObject()) {
      byte[] base64 = Base64.getEncoder().encode(content.bytes());
      out.append(",\"raw_b64\":\"").append(base64).append('"');
    }
    out.append(",\"timestamp_ns\":\"").append(timestampNs).append('"');
    out.append(",\"topic\":");
    if (isPlain(event.topic())) {
      out.append('"').append(event.topic()).append("\"}");
    } else {
      out.append(quoted(event.topic())).append('}');
    }
  }

  /** Whether a text is the same within quotation marks: Kafka's names of topics are. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      boolean plain =
          one >= 'a' && one <= 'z'
              || one >= 'A' && one <= 'Z'
              || one >= '0' && one <= '9'
              || one == '.'
              || one == '_'
              || one == '-';
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses an event that no line holds.
   *
   * @throws IllegalArgumentException for content past {@link #CONTENT_BYTES_MAX}
   */
  public static void checkSize(AuditEvent event) {
    if (event.content().length > CONTENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "expected at most %d bytes to audit, got %d from %s"
              .formatted(CONTENT_BYTES_MAX, event.content().length, event.topic()));
    }
  }

  /** No record line of this event is longer, its newline included. */
  public static long lineBytesMax(AuditEvent event) {
    long escaped = 6L * (Math.min(event.note().length(), NOTE_CHARS_MAX) + event.topic().length());
    return event.content().length * 3L / 2 + escaped + 512;
  }

  /** A checkpoint line for the current position of the chain. */
  public static byte[] checkpoint(ChainPosition position, long timestampNs, SigningKey key) {
    var unsigned =
        new AuditCheckpoint(
            position.n(),
            position.lineHash(),
            position.lamport(),
            timestampNs,
            key.publicKey(),
            new byte[0]);
    return CanonicalJson.write(
        JsonObject.builder()
            .put("checkpoint", statement(unsigned))
            .put("sig_b64", base64(key.sign(signedBytes(unsigned))))
            .build());
  }

  /**
   * The bytes that a checkpoint's signature covers: its tag, a zero byte, and the canonical
   * statement.
   */
  static byte[] signedBytes(AuditCheckpoint checkpoint) {
    return joined(CHECKPOINT_TAG, CanonicalJson.write(statement(checkpoint)));
  }

  private static JsonObject statement(AuditCheckpoint checkpoint) {
    return JsonObject.builder()
        .put("n", checkpoint.n())
        .put("prev", checkpoint.prev())
        .put("lamport", checkpoint.lamport())
        .put("timestamp_ns", Long.toString(checkpoint.timestampNs()))
        .put("node", checkpoint.node().base64())
        .build();
  }

  /**
   * Parses one line of a segment.
   *
   * @throws dev.canswarm.json.JsonException if it is not I-JSON
   * @throws dev.canswarm.json.ShapeException if it is not a line of a log, or not in its canonical
   *     spelling
   */
  public static AuditLine parse(byte[] line) {
    return LineParser.parse(line);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String shortened(String note) {
    return note.length() <= NOTE_CHARS_MAX ? note : note.substring(0, NOTE_CHARS_MAX);
  }

  /** A JSON string; half a surrogate pair, which JSON cannot carry, becomes a question mark. */
  private static byte[] quoted(String text) {
    String wellFormed = new String(text.getBytes(UTF_8), UTF_8);
    return CanonicalJson.write(new JsonString(wellFormed));
  }

  private static byte[] joined(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
