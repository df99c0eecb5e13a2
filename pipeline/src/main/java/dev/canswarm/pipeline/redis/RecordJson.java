package dev.canswarm.pipeline.redis;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.DecisionRecord;
import java.nio.charset.StandardCharsets;

/**
 * Converts a {@link DecisionRecord} to and from a JSON object with the members need_id,
 * proposal_id, epoch, lamport, k_plan, decider_id and timestamp_ns. The last one is a decimal
 * string, since a JSON number cannot represent nanoseconds exactly.
 */
final class RecordJson {
  private RecordJson() {}

  static String write(DecisionRecord record) {
    JsonObject object =
        JsonObject.builder()
            .put("need_id", record.needId().text())
            .put("proposal_id", record.proposalId().text())
            .put("epoch", record.epoch())
            .put("lamport", record.lamport())
            .put("k_plan", record.kPlan())
            .put("decider_id", record.deciderId())
            .put("timestamp_ns", Long.toString(record.timestampNs()))
            .build();
    return new String(CanonicalJson.write(object), StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException if the text is not such a record
   */
  static DecisionRecord read(String json) {
    try {
      JsonObject object = StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8));
      return new DecisionRecord(
          new NeedId(text(object, "need_id")),
          new EnvelopeId(text(object, "proposal_id")),
          number(object, "epoch"),
          number(object, "lamport"),
          Math.toIntExact(number(object, "k_plan")),
          text(object, "decider_id"),
          Long.parseLong(text(object, "timestamp_ns")));
    } catch (JsonException | ArithmeticException e) {
      throw new IllegalArgumentException("expected a decision record, got " + json, e);
    }
  }

  private static String text(JsonObject object, String name) {
    if (object.get(name) instanceof JsonString string) {
      return string.value();
    }
    throw wrong(object, name, "a string");
  }

  private static long number(JsonObject object, String name) {
    JsonValue value = object.get(name);
    if (value instanceof JsonNumber number && number.isSafeInteger()) {
      return (long) number.value();
    }
    throw wrong(object, name, "an integer");
  }

  private static IllegalArgumentException wrong(JsonObject object, String name, String expected) {
    return new IllegalArgumentException(
        "expected " + expected + " as " + name + ", got " + object.get(name));
  }
}
