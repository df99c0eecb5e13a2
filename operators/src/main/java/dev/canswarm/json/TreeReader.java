package dev.canswarm.json;

import dev.canswarm.json.JsonException.Problem;
import java.util.ArrayList;
import java.util.TreeMap;

/**
 * Builds the value tree. It recurses once per level of nesting, which {@link
 * JsonLimits#DEPTH_LIMIT_MAX} bounds. Names go into a sorted map, not a hash map, so that no input
 * can make their comparison slow.
 */
final class TreeReader extends JsonTokens {
  private int documentStart;

  TreeReader(byte[] in, JsonLimits limits) {
    super(in, limits);
  }

  JsonValue document() {
    skipSpace();
    documentStart = at;
    JsonValue value = value(0);
    end();
    return value;
  }

  int documentStart() {
    return documentStart;
  }

  private JsonValue value(int depth) {
    int b = peek("a value");
    switch (b) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case '"':
        return new JsonString(string());
      case 't':
        literal("true");
        return new JsonBoolean(true);
      case 'f':
        literal("false");
        return new JsonBoolean(false);
      case 'n':
        literal("null");
        return JsonNull.INSTANCE;
      default:
        if (b == '-' || b >= '0' && b <= '9') {
          return new JsonNumber(number());
        }
        throw syntax("a value");
    }
  }

  private JsonObject object(int depth) {
    enter(depth);
    at++;
    var members = new TreeMap<String, JsonValue>();
    if (peek("a name or '}'") == '}') {
      at++;
      return JsonObject.own(members);
    }
    while (true) {
      if (peek("a name") != '"') {
        throw syntax("a name");
      }
      int nameAt = at;
      String name = string();
      if (peek("':'") != ':') {
        throw syntax("':'");
      }
      at++;
      // Names that rise, as in canonical form, cannot come twice.
      if (!members.isEmpty()
          && name.compareTo(members.lastKey()) <= 0
          && members.containsKey(name)) {
        throw JsonException.at(
            nameAt, Problem.DUPLICATE_NAME, "expected a new name, got one that is there already");
      }
      members.put(name, value(depth));
      int next = peek("',' or '}'");
      if (next != ',' && next != '}') {
        throw syntax("',' or '}'");
      }
      at++;
      if (next == '}') {
        return JsonObject.own(members);
      }
    }
  }

  private JsonArray array(int depth) {
    enter(depth);
    at++;
    var elements = new ArrayList<JsonValue>();
    if (peek("a value or ']'") == ']') {
      at++;
      return new JsonArray(elements);
    }
    while (true) {
      elements.add(value(depth));
      int next = peek("',' or ']'");
      if (next != ',' && next != ']') {
        throw syntax("',' or ']'");
      }
      at++;
      if (next == ']') {
        return new JsonArray(elements);
      }
    }
  }

  private JsonException syntax(String expected) {
    return JsonException.expected(at, Problem.SYNTAX, expected, shown(in[at]));
  }
}
