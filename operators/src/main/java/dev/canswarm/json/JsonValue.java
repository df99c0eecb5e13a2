package dev.canswarm.json;

/** A JSON value (RFC 8259) within the limits of I-JSON (RFC 7493). Immutable and thread-safe. */
public sealed interface JsonValue
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {}
