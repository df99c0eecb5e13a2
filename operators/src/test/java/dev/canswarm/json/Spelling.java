package dev.canswarm.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Random;

/** Writes a value in any of the ways that mean the same. */
record Spelling(Random random) {
  String of(JsonValue value) {
    return space() + bare(value) + space();
  }

  private String bare(JsonValue value) {
    if (value instanceof JsonObject object) {
      var members = new ArrayList<Map.Entry<String, JsonValue>>(object.members().entrySet());
      Collections.shuffle(members, random);
      var out = new ArrayList<String>();
      for (var member : members) {
        out.add(space() + string(member.getKey()) + space() + ":" + of(member.getValue()));
      }
      return "{" + String.join(",", out) + space() + "}";
    }
    if (value instanceof JsonArray array) {
      var out = new ArrayList<String>();
      array.elements().forEach(element -> out.add(of(element)));
      return "[" + String.join(",", out) + space() + "]";
    }
    if (value instanceof JsonString string) {
      return string(string.value());
    }
    if (value instanceof JsonNumber number) {
      return number(number.value());
    }
    return value instanceof JsonBoolean flag ? String.valueOf(flag.value()) : "null";
  }

  private String number(double value) {
    return switch (random.nextInt(3)) {
      case 0 -> new BigDecimal(value).toString();
      case 1 -> Double.toString(value);
      default -> new BigDecimal(value).toPlainString();
    };
  }

  private String string(String text) {
    var out = new StringBuilder("\"");
    for (char unit : text.toCharArray()) {
      boolean must = unit < 0x20 || unit == '"' || unit == '\\';
      // Both halves of a pair are escaped, or neither.
      if (must || !Character.isSurrogate(unit) && random.nextInt(4) == 0) {
        out.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) unit));
      } else {
        out.append(unit);
      }
    }
    return out.append('"').toString();
  }

  private String space() {
    return random.nextInt(3) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
  }
}
