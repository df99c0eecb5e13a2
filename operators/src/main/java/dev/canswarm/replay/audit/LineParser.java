package dev.canswarm.replay.audit;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the lines that {@link AuditFormat} writes, and nothing else. */
final class LineParser {
  /** An envelope is nested one level deep in its line. */
  private static final JsonLimits LINE_LIMITS =
      new JsonLimits(AuditFormat.LINE_BYTES_MAX, JsonLimits.DEFAULT.depthMax() + 1);

  private LineParser() {}

  static AuditLine parse(byte[] line) {
    JsonObject object = StrictJson.parseObject(line, LINE_LIMITS);
    byte[] canonical = CanonicalJson.write(object);
    int difference = Arrays.mismatch(canonical, line);
    if (difference >= 0) {
      throw new ShapeException(
          "byte " + difference, "the canonical form", "another spelling of the same value");
    }
    var reader = new ObjectReader(object, "line");
    return reader.has("checkpoint") ? checkpoint(reader) : record(reader);
  }

  private static AuditCheckpoint checkpoint(ObjectReader line) {
    ObjectReader statement = line.requiredReader("checkpoint");
    String node = statement.requiredString("node");
    String signature = line.requiredString("sig_b64");
    var checkpoint =
        new AuditCheckpoint(
            statement.requiredSafeInteger("n", 0, JsonNumber.SAFE_INTEGER_MAX),
            hash(statement, "prev"),
            statement.requiredSafeInteger("lamport", 0, JsonNumber.SAFE_INTEGER_MAX),
            nanos(statement),
            key(statement, node),
            unbase64(line, "sig_b64", signature));
    statement.noOthers();
    line.noOthers();
    return checkpoint;
  }

  private static AuditRecord record(ObjectReader line) {
    var event =
        new AuditEvent(
                direction(line),
                line.requiredString("topic"),
                (int) line.requiredSafeInteger("partition", -1, Integer.MAX_VALUE),
                line.requiredSafeInteger("offset", -1, JsonNumber.SAFE_INTEGER_MAX),
                content(line),
                note(line))
            .withGas(
                line.has("gas")
                    ? line.requiredSafeInteger("gas", 1, JsonNumber.SAFE_INTEGER_MAX)
                    : 0);
    var parsed =
        new AuditRecord(
            line.requiredSafeInteger("n", 1, JsonNumber.SAFE_INTEGER_MAX),
            hash(line, "prev"),
            line.requiredSafeInteger("lamport", 1, JsonNumber.SAFE_INTEGER_MAX),
            nanos(line),
            event);
    line.noOthers();
    return parsed;
  }

  private static byte[] content(ObjectReader line) {
    JsonObject envelope = line.optionalObject("envelope");
    if (envelope == null) {
      return unbase64(line, "raw_b64", line.requiredString("raw_b64"));
    }
    return CanonicalJson.write(envelope);
  }

  private static String note(ObjectReader line) {
    String note = line.optionalString("note");
    if (note == null) {
      return "";
    }
    if (note.isEmpty()) {
      throw line.mismatch("note", "no member, or a text", note);
    }
    return note;
  }

  private static Direction direction(ObjectReader line) {
    String name = line.requiredString("dir");
    return Arrays.stream(Direction.values())
        .filter(direction -> direction.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> line.mismatch("dir", "one of " + Arrays.toString(Direction.values()), name));
  }

  private static String hash(ObjectReader reader, String name) {
    String text = reader.requiredString(name);
    if (!Sha256.isHex(text)) {
      throw reader.mismatch(name, "64 lower-case hex digits", text);
    }
    return text;
  }

  private static long nanos(ObjectReader reader) {
    String text = reader.requiredString("timestamp_ns");
    @Nullable Long nanos = null;
    try {
      nanos = Long.valueOf(text);
    } catch (NumberFormatException e) {
      // Reported below, with the text.
    }
    if (nanos == null || !nanos.toString().equals(text)) {
      throw reader.mismatch("timestamp_ns", "nanoseconds in decimal", text);
    }
    return nanos;
  }

  private static PublicKey key(ObjectReader reader, String base64) {
    try {
      return PublicKey.ofBase64(base64);
    } catch (IllegalArgumentException e) {
      throw reader.mismatch("node", "canonical base64 of 32 bytes", base64);
    }
  }

  private static byte[] unbase64(ObjectReader reader, String name, String text) {
    byte @Nullable [] bytes = null;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // Reported below, with the text.
    }
    if (bytes == null || !Base64.getEncoder().encodeToString(bytes).equals(text)) {
      throw reader.mismatch(name, "canonical base64", text);
    }
    return bytes;
  }
}
