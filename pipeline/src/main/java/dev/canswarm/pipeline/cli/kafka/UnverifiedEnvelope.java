package dev.canswarm.pipeline.cli.kafka;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An envelope as read from a topic: parsed, not verified.
 *
 * @param needId the NEED's own id for a NEED
 * @param sender base64 of the public key
 */
public record UnverifiedEnvelope(
    Verb verb,
    String id,
    String threadId,
    String needId,
    long lamport,
    String sender,
    List<String> parents,
    JsonObject payload) {
  private static final long LAMPORT_MAX = (1L << 53) - 1;

  public UnverifiedEnvelope {
    parents = List.copyOf(parents);
  }

  /** Returns the envelope in a record, or empty if it holds none. */
  public static Optional<UnverifiedEnvelope> of(ConsumerRecord<byte[], byte[]> message) {
    return message.value() == null ? Optional.empty() : of(message.value());
  }

  /** Returns the envelope in these bytes, or empty if they are none. */
  public static Optional<UnverifiedEnvelope> of(byte[] bytes) {
    try {
      ObjectReader in = new ObjectReader(StrictJson.parseObject(bytes), "envelope");
      String id = in.requiredString("id");
      String needId = in.optionalString("need_id");
      return Optional.of(
          new UnverifiedEnvelope(
              Verb.valueOf(in.requiredString("kind")),
              id,
              in.requiredString("thread_id"),
              needId == null ? id : needId,
              in.requiredSafeInteger("lamport", 1, LAMPORT_MAX),
              in.requiredString("sender_pk_b64"),
              in.requiredStringList("parents"),
              in.requiredObject("payload")));
    } catch (JsonException | ShapeException | IllegalArgumentException noEnvelope) {
      return Optional.empty();
    }
  }

  /** Returns a string member of the payload, or an empty string. */
  public String text(String member) {
    JsonValue value = payload.get(member);
    return value instanceof JsonString string ? string.value() : "";
  }
}
