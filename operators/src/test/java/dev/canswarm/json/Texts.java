package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** I-JSON values for properties: every string, number and nesting that a reader must take. */
public final class Texts {
  private static final int[] EDGE_POINTS = {
    '"', '\\', '/', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff
  };

  private Texts() {}

  /** Values nested up to four levels deep. */
  public static Arbitrary<JsonValue> values() {
    return Arbitraries.randomValue(random -> value(random, 4));
  }

  /** Objects of up to four members. */
  public static Arbitrary<JsonObject> objects() {
    return Arbitraries.randomValue(random -> object(random, 3));
  }

  static JsonValue value(Random random, int levels) {
    return switch (random.nextInt(levels > 0 ? 8 : 5)) {
      case 0 -> JsonNull.INSTANCE;
      case 1 -> new JsonBoolean(random.nextBoolean());
      case 2 -> new JsonString(string(random));
      case 3, 4 -> new JsonNumber(number(random));
      case 5, 6 -> object(random, levels - 1);
      default -> array(random, levels - 1);
    };
  }

  private static JsonObject object(Random random, int levels) {
    var members = new TreeMap<String, JsonValue>();
    for (int i = random.nextInt(5); i > 0; i--) {
      members.put(string(random), value(random, levels));
    }
    return new JsonObject(members);
  }

  private static JsonArray array(Random random, int levels) {
    var elements = new ArrayList<JsonValue>();
    for (int i = random.nextInt(5); i > 0; i--) {
      elements.add(value(random, levels));
    }
    return new JsonArray(elements);
  }

  /** Escapes, ASCII, and two to four bytes in UTF-8; no surrogate by itself. */
  private static String string(Random random) {
    var text = new StringBuilder();
    boolean plain = random.nextBoolean();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          switch (plain ? 0 : random.nextInt(6)) {
            case 0, 1 -> 'a' + random.nextInt(26);
            case 2 -> random.nextInt(0x80);
            case 3 -> EDGE_POINTS[random.nextInt(EDGE_POINTS.length)];
            case 4 -> 0x80 + random.nextInt(0xd800 - 0x80);
            default -> 0xe000 + random.nextInt(0x110000 - 0xe000);
          });
    }
    return text.toString();
  }

  /** By their bits, so that all exponents come up; by size, so that the usual ones do. */
  static double number(Random random) {
    double value =
        switch (random.nextInt(4)) {
          case 0 -> Double.longBitsToDouble(random.nextLong());
          case 1 -> random.nextLong() >> 10;
          case 2 -> random.nextInt(2_000) - 1_000;
          default -> (random.nextInt(2_000_000) - 1_000_000) / 1_000.0;
        };
    boolean carried =
        Double.isFinite(value)
            && (Math.abs(value) <= JsonNumber.SAFE_INTEGER_MAX || Math.abs(value) >= 1e21);
    return carried ? value : 0.5;
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
