package dev.canswarm.json;

/** The JSON value {@code null}. */
public enum JsonNull implements JsonValue {
  /** The only instance. */
  INSTANCE
}
