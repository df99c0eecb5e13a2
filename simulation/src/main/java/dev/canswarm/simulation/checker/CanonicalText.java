package dev.canswarm.simulation.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical JSON (RFC 8785), implemented independently: members sorted by UTF-16 code units,
 * numbers as ECMAScript writes them.
 */
final class CanonicalText {
  private static final int DIGITS_MAX = 17;
  private static final int PLAIN_EXPONENT_MAX = 21;
  private static final int PLAIN_EXPONENT_MIN = -6;

  private CanonicalText() {}

  static byte[] of(JsonNode value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonNode value, StringBuilder out) {
    if (value.isObject()) {
      Map<String, JsonNode> members = new TreeMap<>();
      value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
      String separator = "{";
      for (Map.Entry<String, JsonNode> member : members.entrySet()) {
        out.append(separator);
        quote(member.getKey(), out);
        out.append(':');
        write(member.getValue(), out);
        separator = ",";
      }
      out.append(members.isEmpty() ? "{}" : "}");
    } else if (value.isArray()) {
      out.append('[');
      for (Iterator<JsonNode> elements = value.elements(); elements.hasNext(); ) {
        write(elements.next(), out);
        out.append(elements.hasNext() ? "," : "");
      }
      out.append(']');
    } else if (value.isTextual()) {
      quote(value.textValue(), out);
    } else if (value.isNumber()) {
      out.append(number(value.doubleValue()));
    } else {
      out.append(value.asText());
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int named = "\b\t\n\f\r\"\\".indexOf(c);
      if (named >= 0) {
        out.append('\\').append("btnfr\"\\".charAt(named));
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /**
   * Returns the fewest digits that parse to the value, and of those the nearest to it. The nearest
   * decimal of a given length need not parse to the value where its neighbour does: below a power
   * of two, doubles are closer.
   */
  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < DIGITS_MAX; digits++) {
      BigDecimal below = exact.round(new MathContext(digits, RoundingMode.FLOOR));
      BigDecimal above = exact.round(new MathContext(digits, RoundingMode.CEILING));
      boolean isBelow = below.doubleValue() == value;
      boolean isAbove = above.doubleValue() == value;
      if (isBelow && isAbove) {
        return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      }
      if (isBelow || isAbove) {
        return isBelow ? below : above;
      }
    }
    return exact.round(new MathContext(DIGITS_MAX, RoundingMode.HALF_EVEN));
  }

  /** Returns the shortest digits that parse to the same double, formatted as ECMAScript does. */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    if (value < 0) {
      return "-" + number(-value);
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    if (point > PLAIN_EXPONENT_MAX || point <= PLAIN_EXPONENT_MIN) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      return digits.charAt(0) + fraction + "e" + (point > 0 ? "+" : "") + (point - 1);
    }
    if (point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    return point >= digits.length()
        ? digits + "0".repeat(point - digits.length())
        : digits.substring(0, point) + "." + digits.substring(point);
  }
}
