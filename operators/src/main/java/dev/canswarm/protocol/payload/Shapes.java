package dev.canswarm.protocol.payload;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import java.util.List;

/** The fields that several payloads share. */
final class Shapes {
  static final long ATTEMPT_MAX = 1 << 20;
  static final int NAME_CHARS_MAX = 128;

  private Shapes() {}

  static String hash(ObjectReader reader, String name) {
    return hash(reader.where(name), reader.requiredString(name));
  }

  static List<String> hashes(ObjectReader reader, String name) {
    List<String> values = reader.requiredStringList(name);
    values.forEach(value -> hash(reader.where(name), value));
    return values;
  }

  static String hash(String where, String value) {
    if (!Sha256.isHex(value)) {
      throw new ShapeException(where, "64 lower-case hex digits", "\"" + value + "\"");
    }
    return value;
  }

  static EnvelopeId envelopeId(ObjectReader reader, String name) {
    return new EnvelopeId(hash(reader, name));
  }

  static TaskId taskId(ObjectReader reader) {
    return new TaskId(hash(reader, "task_id"));
  }

  static List<PublicKey> keys(ObjectReader reader, String name) {
    return reader.requiredStringList(name).stream()
        .map(value -> key(reader.where(name), value))
        .toList();
  }

  static PublicKey publicKey(ObjectReader reader, String name) {
    return key(reader.where(name), reader.requiredString(name));
  }

  private static PublicKey key(String where, String value) {
    try {
      return PublicKey.ofBase64(value);
    } catch (IllegalArgumentException e) {
      throw new ShapeException(where, "base64 of a 32-byte key", "\"" + value + "\"");
    }
  }

  static int attempt(ObjectReader reader) {
    return (int) reader.requiredSafeInteger("attempt", 1, ATTEMPT_MAX);
  }

  static long token(ObjectReader reader) {
    return reader.requiredSafeInteger("token", 1, JsonNumber.SAFE_INTEGER_MAX);
  }

  static String name(ObjectReader reader, String member) {
    return name(reader.where(member), reader.requiredString(member));
  }

  static String name(String where, String value) {
    if (value.isEmpty() || value.length() > NAME_CHARS_MAX) {
      throw new ShapeException(
          where, "1 to " + NAME_CHARS_MAX + " characters", value.length() + " characters");
    }
    return value;
  }
}
