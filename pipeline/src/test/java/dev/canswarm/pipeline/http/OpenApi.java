package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The document {@code openapi.yaml}, and whether a reply is as it says. It knows the keywords that
 * the document uses, and fails on any other. A member that a schema does not name is wrong where
 * the schema names any.
 */
public final class OpenApi {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
  private static final Set<String> KEYWORDS =
      Set.of(
          "$ref",
          "type",
          "description",
          "required",
          "properties",
          "items",
          "enum",
          "const",
          "pattern",
          "minimum",
          "maximum",
          "default",
          "format");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonNode document;

  private OpenApi(JsonNode document) {
    this.document = document;
  }

  /** The document that is served. */
  public static OpenApi load() throws IOException {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
      assertThat(in).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new OpenApi(
          MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text)));
    }
  }

  JsonNode document() {
    return document;
  }

  /** All methods and paths, such as {@code GET /livez}. */
  List<String> operations() {
    List<String> operations = new ArrayList<>();
    document
        .get("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (METHODS.contains(method)) {
                            operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  /**
   * Expects that a reply is one that the document names: its status, its type, its headers, and its
   * body if that is JSON.
   *
   * @param operation such as {@code GET /v1/needs/{id}}
   */
  public void describes(String operation, HttpResponse<?> reply) throws IOException {
    String method = operation.split(" ")[0].toLowerCase(Locale.ROOT);
    JsonNode responses =
        document.get("paths").path(operation.split(" ")[1]).path(method).path("responses");
    JsonNode response =
        resolved(
            Optional.ofNullable(responses.get(Integer.toString(reply.statusCode())))
                .orElse(responses.path("default")));
    String type = reply.headers().firstValue("content-type").orElse("").split(";")[0];
    JsonNode content = response.path("content").path(type);
    assertThat(content.isMissingNode())
        .as("%s: %d %s is in the document", operation, reply.statusCode(), type)
        .isFalse();
    response
        .path("headers")
        .fieldNames()
        .forEachRemaining(name -> assertThat(reply.headers().firstValue(name)).isPresent());
    if (type.endsWith("json")) {
      check(content.get("schema"), MAPPER.readTree(String.valueOf(reply.body())), operation);
    }
  }

  /**
   * Expects that a value is as a schema of the document says.
   *
   * @param name such as {@code Messages}
   */
  public void checkSchema(String name, JsonNode value) {
    JsonNode schema = document.at("/components/schemas/" + name);
    assertThat(schema.isMissingNode()).as(name).isFalse();
    check(schema, value, name);
  }

  /** Expects that a value is as a schema says. */
  void check(JsonNode unresolved, JsonNode value, String where) {
    JsonNode schema = resolved(unresolved);
    schema.fieldNames().forEachRemaining(word -> assertThat(KEYWORDS).as(where).contains(word));
    if (schema.has("type")) {
      assertThat(hasType(schema.get("type").asText(), value))
          .as("%s: %s is of type %s", where, value, schema.get("type"))
          .isTrue();
    }
    if (schema.has("const")) {
      assertThat(value).as(where).isEqualTo(schema.get("const"));
    }
    if (schema.has("enum")) {
      assertThat(schema.get("enum")).as(where).contains(value);
    }
    if (schema.has("pattern")) {
      assertThat(value.asText()).as(where).matches(Pattern.compile(schema.get("pattern").asText()));
    }
    if (schema.has("minimum")) {
      assertThat(value.asLong()).as(where).isGreaterThanOrEqualTo(schema.get("minimum").asLong());
    }
    schema
        .path("required")
        .forEach(name -> assertThat(value.has(name.asText())).as(where + ": " + name).isTrue());
    if (schema.has("properties")) {
      value
          .fields()
          .forEachRemaining(
              member -> {
                JsonNode known = schema.get("properties").get(member.getKey());
                assertThat(known).as(where + "/" + member.getKey()).isNotNull();
                check(known, member.getValue(), where + "/" + member.getKey());
              });
    }
    if (schema.has("items")) {
      value.forEach(item -> check(schema.get("items"), item, where + "/-"));
    }
  }

  private static boolean hasType(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      default -> throw new AssertionError("unknown type " + type);
    };
  }

  private JsonNode resolved(JsonNode node) {
    if (!node.has("$ref")) {
      return node;
    }
    JsonNode target = document.at(node.get("$ref").asText().substring(1));
    assertThat(target.isMissingNode()).as(node.toString()).isFalse();
    return resolved(target);
  }
}
