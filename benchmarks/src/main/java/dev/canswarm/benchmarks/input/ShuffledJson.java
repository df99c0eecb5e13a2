package dev.canswarm.benchmarks.input;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/** Writes JSON without white space, with the members of each object in pseudo-random order. */
final class ShuffledJson {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Random random;

  private ShuffledJson(Random random) {
    this.random = random;
  }

  static byte[] write(JsonValue value, SplittableRandom random) {
    var writer = new ShuffledJson(new Random(random.nextLong()));
    writer.value(value);
    return writer.out.toByteArray();
  }

  private void value(JsonValue value) {
    if (value instanceof JsonObject object) {
      object(object);
    } else if (value instanceof JsonArray array) {
      array(array);
    } else {
      out.writeBytes(CanonicalJson.write(value));
    }
  }

  private void object(JsonObject object) {
    List<Map.Entry<String, JsonValue>> members = new ArrayList<>(object.members().entrySet());
    Collections.shuffle(members, random);
    char before = '{';
    for (Map.Entry<String, JsonValue> member : members) {
      out.write(before);
      value(new JsonString(member.getKey()));
      out.write(':');
      value(member.getValue());
      before = ',';
    }
    if (members.isEmpty()) {
      out.write('{');
    }
    out.write('}');
  }

  private void array(JsonArray array) {
    out.write('[');
    boolean first = true;
    for (JsonValue element : array.elements()) {
      if (!first) {
        out.write(',');
      }
      first = false;
      value(element);
    }
    out.write(']');
  }
}
