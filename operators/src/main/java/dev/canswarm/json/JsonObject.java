package dev.canswarm.json;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object. Members are kept in the order of RFC 8785 section 3.2.3 (by UTF-16 code units, which
 * is the natural order of Java strings), so iterating over them is the same on every JVM.
 */
public record JsonObject(SortedMap<String, JsonValue> members) implements JsonValue {

  public JsonObject {
    // Through Map: a copy of a SortedMap would keep its comparator, and the order is ours.
    members = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, JsonValue>) members));
  }

  /** The empty object. */
  public static JsonObject empty() {
    return new JsonObject(new TreeMap<>());
  }

  /** An object with the members of a map. */
  public static JsonObject of(Map<String, ? extends JsonValue> members) {
    return new JsonObject(new TreeMap<>(members));
  }

  /** A builder; a name that is put twice keeps the later value. Not thread-safe. */
  public static Builder builder() {
    return new Builder();
  }

  /** The member of that name, or null. */
  public @Nullable JsonValue get(String name) {
    return members.get(name);
  }

  /** Collects members. */
  public static final class Builder {
    private final TreeMap<String, JsonValue> members = new TreeMap<>();

    private Builder() {}

    /** Adds any value. */
    public Builder put(String name, JsonValue value) {
      members.put(name, value);
      return this;
    }

    /** Adds a string. */
    public Builder put(String name, String value) {
      return put(name, new JsonString(value));
    }

    /** Adds an integer within ±(2^53 - 1). */
    public Builder put(String name, long value) {
      return put(name, JsonNumber.of(value));
    }

    /** Adds an array of strings. */
    public Builder put(String name, Iterable<String> values) {
      return put(name, JsonArray.ofStrings(values));
    }

    /** The object. */
    public JsonObject build() {
      return new JsonObject(members);
    }
  }
}
