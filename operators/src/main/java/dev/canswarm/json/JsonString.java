package dev.canswarm.json;

/** A string of Unicode scalar values: {@link StrictJson} lets no lone surrogate in. */
public record JsonString(String value) implements JsonValue {}
