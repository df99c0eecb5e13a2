package dev.canswarm.json;

/** The JSON value {@code null}. */
public enum JsonNull implements JsonValue {
  /** The one instance; two nulls are equal. */
  INSTANCE
}
