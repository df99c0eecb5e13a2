package dev.canswarm.benchmarks.load;

import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNull;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Named figures in the order in which they were added. What is not known is null. */
final class Figures {
  private static final MathContext SHOWN = new MathContext(6, RoundingMode.HALF_EVEN);

  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  Figures put(String name, long value) {
    members.put(name, JsonNumber.of(value));
    return this;
  }

  /** To six digits: more would only be noise. */
  Figures put(String name, double value) {
    members.put(name, number(value));
    return this;
  }

  Figures put(String name, OptionalDouble value) {
    members.put(name, value.isPresent() ? number(value.getAsDouble()) : JsonNull.INSTANCE);
    return this;
  }

  Figures put(String name, String value) {
    members.put(name, new JsonString(value));
    return this;
  }

  Figures put(String name, boolean value) {
    members.put(name, new JsonBoolean(value));
    return this;
  }

  Figures put(String name, Optional<Boolean> value) {
    members.put(name, value.isPresent() ? new JsonBoolean(value.get()) : JsonNull.INSTANCE);
    return this;
  }

  Figures putNumbers(String name, List<Double> values) {
    List<JsonValue> numbers = new ArrayList<>();
    values.forEach(value -> numbers.add(number(value)));
    members.put(name, new JsonArray(numbers));
    return this;
  }

  Figures putStrings(String name, List<String> values) {
    List<JsonValue> strings = new ArrayList<>();
    values.forEach(value -> strings.add(new JsonString(value)));
    members.put(name, new JsonArray(strings));
    return this;
  }

  Figures putNumbers(String name, Map<String, ? extends Number> values) {
    Map<String, JsonValue> numbers = new LinkedHashMap<>();
    values.forEach((key, value) -> numbers.put(key, number(value.doubleValue())));
    members.put(name, JsonObject.of(numbers));
    return this;
  }

  /** Returns a figure; NaN if it is not a number or not known. */
  double number(String name) {
    return members.get(name) instanceof JsonNumber number ? number.value() : Double.NaN;
  }

  /** One JSON object on one line, its members sorted. */
  String json() {
    return json(JsonObject.of(members));
  }

  /** A line for each figure. */
  String text() {
    int width = members.keySet().stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    members.forEach(
        (name, value) ->
            lines.add(
                name
                    + " ".repeat(width - name.length() + 2)
                    + (value instanceof JsonString string ? string.value() : json(value))));
    return String.join(System.lineSeparator(), lines);
  }

  private static String json(JsonValue value) {
    return new String(CanonicalJson.write(value), StandardCharsets.UTF_8);
  }

  private static JsonValue number(double value) {
    return Double.isFinite(value)
        ? new JsonNumber(new BigDecimal(value).round(SHOWN).doubleValue())
        : JsonNull.INSTANCE;
  }
}
