package dev.canswarm.pipeline.cli.dlq;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as read from its topic. It has no signature; its members come from its headers.
 *
 * @param source position of the refused record, without a cluster
 * @param atMillis when the letter was sent, by Kafka's time stamp
 * @param contentHash SHA-256 of the value in hex
 * @param value the refused record's value, or null; nothing where only heads are kept
 */
public record DeadLetterRecord(
    RecordPosition source,
    String reason,
    String stage,
    String detail,
    long atMillis,
    int valueBytes,
    String contentHash,
    byte @Nullable [] key,
    byte @Nullable [] value) {
  private static final byte[] NOTHING = {};

  /** Reads a record of the dead-letter topic; empty if its headers are not those of a letter. */
  public static Optional<DeadLetterRecord> of(ConsumerRecord<byte[], byte[]> message) {
    String topic = header(message, "swarm-topic");
    String reason = header(message, "swarm-reason");
    if (topic.isEmpty() || reason.isEmpty()) {
      return Optional.empty();
    }
    try {
      int partition = Integer.parseInt(header(message, "swarm-partition"));
      long offset = Long.parseLong(header(message, "swarm-offset"));
      byte[] value = message.value();
      byte[] content = value == null ? NOTHING : value;
      return Optional.of(
          new DeadLetterRecord(
              new RecordPosition(RecordPosition.NO_CLUSTER, topic, partition, offset),
              reason,
              header(message, "swarm-stage"),
              header(message, "swarm-detail"),
              message.timestamp(),
              content.length,
              Sha256.hex(content),
              message.key(),
              value));
    } catch (NumberFormatException noPosition) {
      return Optional.empty();
    }
  }

  /** Returns this letter without its content, so that many fit into memory. */
  DeadLetterRecord withoutContent() {
    return new DeadLetterRecord(
        source, reason, stage, detail, atMillis, valueBytes, contentHash, null, null);
  }

  /** Whether the value is only the beginning of the refused record's. */
  boolean isCut() {
    return detail.startsWith("(cut: ");
  }

  private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
