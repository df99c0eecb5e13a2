package dev.canswarm.stage;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns refused records into dead letters, one for each source position. If several processes read
 * the same record, the one that fills its slot sends the dead letter.
 */
public final class DeadLetters {
  /** The scope of the slots of dead letters; no thread or NEED can have this name. */
  public static final String SCOPE = "dlq/";

  /** The kind of a dead letter's row. */
  public static final String KIND = "DEAD_LETTER";

  /** Longest key that a dead letter keeps. */
  public static final int KEY_BYTES_MAX = 16 * 1024;

  /** Default for the longest value that a dead letter keeps. */
  public static final int VALUE_BYTES_MAX = 1 << 20;

  /** Most bytes of a refused value that the audit log keeps; its hash and length are noted. */
  public static final int HEAD_BYTES_MAX = 4 * 1024;

  /** Longest detail in a header. */
  public static final int DETAIL_CHARS_MAX = 1000;

  /**
   * A refused record.
   *
   * @param key and value as they came
   * @param stage where it was refused
   * @param gas what the policy's rules used for it; 0 if it did not come to them
   */
  public record Letter(
      RecordPosition source,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Reason reason,
      String stage,
      String detail,
      long gas) {
    /** A refused record that did not come to the policy's rules. */
    public Letter(
        RecordPosition source,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Reason reason,
        String stage,
        String detail) {
      this(source, key, value, reason, stage, detail, 0);
    }
  }

  private static final byte[] NOTHING = new byte[0];

  private final String process;
  private final int valueBytesMax;

  /**
   * Makes dead letters whose values have at most {@link #VALUE_BYTES_MAX} bytes.
   *
   * @param process name of this process, the same after a restart
   */
  public DeadLetters(String process) {
    this(process, VALUE_BYTES_MAX);
  }

  /**
   * @param process name of this process, the same after a restart
   * @param valueBytesMax most bytes of a value that the dead-letter topic takes
   */
  public DeadLetters(String process, int valueBytesMax) {
    this.process = process;
    this.valueBytesMax = valueBytesMax;
  }

  /** Returns the dead letter of a refused record. */
  static Letter letter(Input.Arrival arrival, Decoded.Refused refused) {
    return new Letter(
        arrival.source(),
        arrival.delivery().key(),
        arrival.delivery().value(),
        refused.reason(),
        refused.stage(),
        refused.detail(),
        refused.gas());
  }

  /** Returns the row that decides which process sends the letter. */
  PendingRow row(Letter original, List<PendingRow> basis) {
    Letter letter = fitting(original);
    return new PendingRow(row(letter), basis, new PendingRow.Origin.Refused(letter));
  }

  /** Whether the row that fills a letter's slot names this process, which then sends the letter. */
  boolean isOurs(SlotRow held) {
    return held.sender().equals(process);
  }

  /**
   * Shortens a letter that is too large to send: a broker bounds the compressed size of a batch, so
   * a record may exceed every size that can be produced. The letter keeps the beginning of the
   * value, and its size and hash in the detail.
   */
  private Letter fitting(Letter letter) {
    byte[] key = letter.key();
    byte[] value = letter.value();
    boolean longKey = key != null && key.length > KEY_BYTES_MAX;
    boolean longValue = value != null && value.length > valueBytesMax;
    if (!longKey && !longValue) {
      return letter;
    }
    String cut =
        "(cut: the key had "
            + (key == null ? 0 : key.length)
            + " bytes, the value "
            + (value == null ? 0 : value.length)
            + ", SHA-256 "
            + Sha256.hex(value == null ? NOTHING : value)
            + ") ";
    return new Letter(
        letter.source(),
        longKey ? Arrays.copyOf(key, KEY_BYTES_MAX) : key,
        longValue ? Arrays.copyOf(value, valueBytesMax) : value,
        letter.reason(),
        letter.stage(),
        cut + letter.detail(),
        letter.gas());
  }

  private SlotRow row(Letter letter) {
    byte[] content = letter.value() == null ? NOTHING : letter.value();
    return SlotRow.at(SCOPE, letter.source().toString())
        .id(Sha256.hex(content))
        .kind(KIND)
        .sender(process)
        .bytes(
            (letter.reason() + ": " + shortened(letter.detail())).getBytes(StandardCharsets.UTF_8))
        .build();
  }

  static OutgoingRecord message(Letter letter) {
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("swarm-reason", letter.reason().name());
    headers.put("swarm-stage", letter.stage());
    headers.put("swarm-topic", letter.source().topic());
    headers.put("swarm-partition", Integer.toString(letter.source().partition()));
    headers.put("swarm-offset", Long.toString(letter.source().offset()));
    headers.put("swarm-detail", shortened(letter.detail()));
    return new OutgoingRecord(Topics.DEAD_LETTERS, letter.key(), letter.value(), headers);
  }

  /**
   * Returns the audit event of a refused record, with only the beginning of a long one: a sender
   * whose records are refused must not be able to fill the disk. The dead letter has the whole
   * record, for as long as its topic keeps it.
   */
  static AuditEvent event(Letter letter) {
    RecordPosition source = letter.source();
    byte[] content = letter.value() == null ? NOTHING : letter.value();
    String head =
        content.length <= HEAD_BYTES_MAX
            ? ""
            : "(the first %d of %d bytes, SHA-256 %s) "
                .formatted(HEAD_BYTES_MAX, content.length, Sha256.hex(content));
    return new AuditEvent(
            Direction.DEAD_LETTERED,
            source.topic(),
            source.partition(),
            source.offset(),
            head.isEmpty() ? content : Arrays.copyOf(content, HEAD_BYTES_MAX),
            letter.reason() + ": " + head + shortened(letter.detail()))
        .withGas(letter.gas());
  }

  private static String shortened(String detail) {
    return detail.length() <= DETAIL_CHARS_MAX ? detail : detail.substring(0, DETAIL_CHARS_MAX);
  }
}
