package dev.canswarm.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The vectors of the specification, which a script makes that shares no code with this one. */
public final class SpecVectors {
  private static final Path SPEC = Path.of("..", "docs", "spec");

  private SpecVectors() {}

  /** A vector file, read by a library that is not under test. */
  public static JsonNode read(String name) {
    try {
      return new ObjectMapper().readTree(SPEC.resolve("vectors/" + name + ".json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The elements of an array. */
  public static List<JsonNode> rows(JsonNode array) {
    var rows = new ArrayList<JsonNode>();
    array.forEach(rows::add);
    return rows;
  }

  /** The bytes of a row's {@code input}. */
  public static byte[] input(JsonNode row) {
    return Base64.getDecoder().decode(row.get("input").asText());
  }

  /** The text of a page of the specification. */
  public static String page(String name) {
    try {
      return Files.readString(SPEC.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
