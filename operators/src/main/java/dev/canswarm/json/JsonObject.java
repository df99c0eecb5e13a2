package dev.canswarm.json;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An object. Members are kept in the order of RFC 8785 section 3.2.3 (by UTF-16 code units, which
 * is the natural order of Java strings), so iterating over them is the same on every JVM. One that
 * was recognised in canonical bytes is read from them when its members are first asked for.
 * Immutable and thread-safe.
 */
public final class JsonObject implements JsonValue {
  /** Canonical bytes that contain this object, or null. */
  private final byte @Nullable [] canonical;

  private final int start;
  private final int end;
  private final int levels;

  /** Null until they are read; threads that race read the same. */
  private volatile @Nullable SortedMap<String, JsonValue> members;

  /** An object with these members. */
  public JsonObject(SortedMap<String, JsonValue> members) {
    // Through Map: a copy of a SortedMap would keep its comparator, and the order is ours.
    this(ordered(new TreeMap<>((Map<String, JsonValue>) members)), null, 0, 0, 0);
  }

  private JsonObject(
      @Nullable SortedMap<String, JsonValue> members,
      byte @Nullable [] canonical,
      int start,
      int end,
      int levels) {
    this.members = members;
    this.canonical = canonical;
    this.start = start;
    this.end = end;
    this.levels = levels;
  }

  /** An object without members. */
  public static JsonObject empty() {
    return new JsonObject(new TreeMap<>());
  }

  /** An object with the members of a map. */
  public static JsonObject of(Map<String, ? extends JsonValue> members) {
    return own(new TreeMap<>(members));
  }

  /** Returns an object with the members of a naturally ordered map; the object takes ownership. */
  static JsonObject own(TreeMap<String, JsonValue> members) {
    return new JsonObject(ordered(members), null, 0, 0, 0);
  }

  /**
   * The object that {@link CanonicalScan#valueEnd} has recognised in these bytes.
   *
   * @param bytes kept, and not to be written to
   * @param start offset of its opening brace
   * @param end offset after its closing brace
   * @param levels that it was recognised with
   */
  public static JsonObject recognised(byte[] bytes, int start, int end, int levels) {
    return new JsonObject(null, bytes, start, end, levels);
  }

  private static SortedMap<String, JsonValue> ordered(TreeMap<String, JsonValue> members) {
    return Collections.unmodifiableSortedMap(members);
  }

  /** A builder; a name that is put twice keeps the later value. Not thread-safe. */
  public static Builder builder() {
    return new Builder();
  }

  /** The members, which cannot be changed, in their order. */
  public SortedMap<String, JsonValue> members() {
    SortedMap<String, JsonValue> known = members;
    if (known == null) {
      byte[] own = Arrays.copyOfRange(canonicalBytes(), start, end);
      known = StrictJson.parseObject(own, new JsonLimits(own.length, levels)).members();
      members = known;
    }
    return known;
  }

  private byte[] canonicalBytes() {
    if (canonical == null) {
      throw new IllegalStateException("expected members or bytes");
    }
    return canonical;
  }

  /** The member of that name, or null. */
  public @Nullable JsonValue get(String name) {
    return members().get(name);
  }

  /**
   * Copies the canonical form from the bytes that contain it.
   *
   * @return false if it is not, or might be nested deeper than so many levels
   */
  boolean copyCanonical(CanonicalWriter out, int levelsMax) {
    if (canonical == null || levels > levelsMax) {
      return false;
    }
    out.raw(canonical, start, end);
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof JsonObject object)) {
      return false;
    }
    return canonical != null && object.canonical != null
        ? Arrays.equals(canonical, start, end, object.canonical, object.start, object.end)
        : members().equals(object.members());
  }

  @Override
  public int hashCode() {
    return members().hashCode();
  }

  @Override
  public String toString() {
    return "JsonObject[members=" + members() + "]";
  }

  /** Collects members for an object. Not thread-safe. */
  public static final class Builder {
    private TreeMap<String, JsonValue> members = new TreeMap<>();

    /** Whether an object has the map already, which then must not change. */
    private boolean handedOver;

    private Builder() {}

    /** Adds a member with this value. */
    public Builder put(String name, JsonValue value) {
      if (handedOver) {
        members = new TreeMap<>((Map<String, JsonValue>) members);
        handedOver = false;
      }
      members.put(name, value);
      return this;
    }

    /** Adds a member whose value is this string. */
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

    /** An object of the members added so far. */
    public JsonObject build() {
      handedOver = true;
      return own(members);
    }
  }
}
