package dev.canswarm.json;

import java.util.ArrayList;
import java.util.List;

/** An array; the elements cannot be changed. */
public record JsonArray(List<JsonValue> elements) implements JsonValue {

  public JsonArray {
    elements = List.copyOf(elements);
  }

  /** An array of strings, in the order given. */
  public static JsonArray ofStrings(Iterable<String> values) {
    var elements = new ArrayList<JsonValue>();
    values.forEach(value -> elements.add(new JsonString(value)));
    return new JsonArray(elements);
  }
}
