package dev.canswarm.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to an object's members, with errors that name the place. It notes which names were
 * asked for, so that {@link #noOthers} can refuse the rest. Not thread-safe.
 */
public final class ObjectReader {
  private static final int SHOWN_CHARS_MAX = 80;

  private final JsonObject object;
  private final String where;

  /** In the order of asking, and as often: they are a handful. */
  private final List<String> asked = new ArrayList<>();

  /**
   * A reader of one object.
   *
   * @param where path of the object, for errors, such as {@code payload}
   */
  public ObjectReader(JsonObject object, String where) {
    this.object = object;
    this.where = where;
  }

  /** Path of a member. */
  public String where(String name) {
    return where + "/" + name;
  }

  /** Whether there is a member of that name, of any type; this counts as asking for it. */
  public boolean has(String name) {
    return get(name) != null;
  }

  /**
   * Any value.
   *
   * @throws ShapeException when there is none
   */
  public JsonValue required(String name) {
    return present(name, "a value", get(name));
  }

  /** Any value, or null if there is none. */
  public @Nullable JsonValue optional(String name) {
    return get(name);
  }

  /**
   * A string.
   *
   * @throws ShapeException when there is none
   */
  public String requiredString(String name) {
    return present(name, "a string", optionalString(name));
  }

  /**
   * A string, or null if there is no such member.
   *
   * @throws ShapeException for another type, null included
   */
  public @Nullable String optionalString(String name) {
    JsonValue value = get(name);
    if (value == null || value instanceof JsonString) {
      return value == null ? null : ((JsonString) value).value();
    }
    throw mismatch(name, "a string", value);
  }

  /**
   * An integer from {@code min} to {@code max}, both within ±(2^53 - 1).
   *
   * @throws ShapeException when there is none, or one outside the range
   */
  public long requiredSafeInteger(String name, long min, long max) {
    return present(name, range(min, max), optionalSafeInteger(name, min, max));
  }

  /**
   * An integer from {@code min} to {@code max}, or null if there is no such member.
   *
   * @throws ShapeException for another type or one outside the range
   */
  public @Nullable Long optionalSafeInteger(String name, long min, long max) {
    JsonValue value = get(name);
    return value == null ? null : (Long) safeInteger(value, where(name), min, max);
  }

  /**
   * A boolean, or null if there is no such member.
   *
   * @throws ShapeException for another type
   */
  public @Nullable Boolean optionalBoolean(String name) {
    JsonValue value = get(name);
    if (value == null || value instanceof JsonBoolean) {
      return value == null ? null : (Boolean) ((JsonBoolean) value).value();
    }
    throw mismatch(name, "a boolean", value);
  }

  /**
   * An object.
   *
   * @throws ShapeException when there is none
   */
  public JsonObject requiredObject(String name) {
    return present(name, "an object", optionalObject(name));
  }

  /**
   * An object, or null if there is no such member.
   *
   * @throws ShapeException for another type
   */
  public @Nullable JsonObject optionalObject(String name) {
    JsonValue value = get(name);
    if (value == null || value instanceof JsonObject) {
      return (JsonObject) value;
    }
    throw mismatch(name, "an object", value);
  }

  /**
   * A reader of an object member.
   *
   * @throws ShapeException when there is none
   */
  public ObjectReader requiredReader(String name) {
    return new ObjectReader(requiredObject(name), where(name));
  }

  /**
   * An array's elements.
   *
   * @throws ShapeException when there is none
   */
  public List<JsonValue> requiredList(String name) {
    return present(name, "an array", optionalList(name));
  }

  /**
   * An array's elements, or null if there is no such member.
   *
   * @throws ShapeException for another type
   */
  public @Nullable List<JsonValue> optionalList(String name) {
    JsonValue value = get(name);
    if (value == null || value instanceof JsonArray) {
      return value == null ? null : ((JsonArray) value).elements();
    }
    throw mismatch(name, "an array", value);
  }

  /**
   * An array of strings.
   *
   * @throws ShapeException when there is none, or an element is not a string
   */
  public List<String> requiredStringList(String name) {
    return strings(name, requiredList(name));
  }

  /**
   * An array of strings, or the empty list if there is no such member.
   *
   * @throws ShapeException for another type
   */
  public List<String> optionalStringList(String name) {
    List<JsonValue> elements = optionalList(name);
    return elements == null ? List.of() : strings(name, elements);
  }

  /**
   * An array of safe integers from {@code min} to {@code max}.
   *
   * @throws ShapeException when there is none, or an element is not such an integer
   */
  public List<Long> requiredSafeIntegerList(String name, long min, long max) {
    List<JsonValue> elements = requiredList(name);
    var integers = new ArrayList<Long>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      integers.add(safeInteger(elements.get(i), where(name) + "/" + i, min, max));
    }
    return List.copyOf(integers);
  }

  /**
   * Readers of an array of objects.
   *
   * @throws ShapeException when there is none, or an element is not an object
   */
  public List<ObjectReader> requiredReaderList(String name) {
    List<JsonValue> elements = requiredList(name);
    var readers = new ArrayList<ObjectReader>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      String path = where(name) + "/" + i;
      if (!(elements.get(i) instanceof JsonObject element)) {
        throw new ShapeException(path, "an object", shown(elements.get(i)));
      }
      readers.add(new ObjectReader(element, path));
    }
    return List.copyOf(readers);
  }

  /**
   * Refuses members that were not read.
   *
   * @throws ShapeException naming the first of them
   */
  public void noOthers() {
    for (String name : object.members().keySet()) {
      if (!asked.contains(name)) {
        throw new ShapeException(
            where,
            "no member but " + String.join(", ", new TreeSet<>(asked)),
            shown(new JsonString(name)));
      }
    }
  }

  /** A mismatch at a member of this object, for a check that the caller makes itself. */
  public ShapeException mismatch(String name, String expected, JsonValue actual) {
    return new ShapeException(where(name), expected, shown(actual));
  }

  /** A mismatch at a string member of this object, for a check that the caller makes itself. */
  public ShapeException mismatch(String name, String expected, String actual) {
    return mismatch(name, expected, new JsonString(actual));
  }

  private @Nullable JsonValue get(String name) {
    asked.add(name);
    return object.get(name);
  }

  private <T> T present(String name, String expected, @Nullable T value) {
    if (value == null) {
      throw new ShapeException(where(name), expected, "nothing");
    }
    return value;
  }

  private List<String> strings(String name, List<JsonValue> elements) {
    var strings = new ArrayList<String>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      strings.add(string(elements.get(i), where(name) + "/" + i));
    }
    return List.copyOf(strings);
  }

  private static String string(JsonValue value, String path) {
    if (value instanceof JsonString string) {
      return string.value();
    }
    throw new ShapeException(path, "a string", shown(value));
  }

  private static long safeInteger(JsonValue value, String path, long min, long max) {
    if (value instanceof JsonNumber number && number.isSafeInteger()) {
      long integer = (long) number.value();
      if (integer >= min && integer <= max) {
        return integer;
      }
    }
    throw new ShapeException(path, range(min, max), shown(value));
  }

  private static String range(long min, long max) {
    return "an integer from " + min + " to " + max;
  }

  private static String shown(JsonValue value) {
    if (value instanceof JsonObject object) {
      return "an object of " + object.members().size() + " members";
    }
    if (value instanceof JsonArray array) {
      return "an array of " + array.elements().size();
    }
    if (value instanceof JsonString string) {
      String text = string.value();
      return text.length() <= SHOWN_CHARS_MAX
          ? "\"" + text + "\""
          : "\"" + text.substring(0, SHOWN_CHARS_MAX) + "…\" of " + text.length() + " chars";
    }
    if (value instanceof JsonNumber number) {
      return new String(
          new CanonicalWriter(32).number(number.value()).toBytes(), StandardCharsets.US_ASCII);
    }
    return value instanceof JsonBoolean flag ? String.valueOf(flag.value()) : "null";
  }
}
