package dev.canswarm.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Strings as RFC 8785 writes them, recognised and compared as bytes. Reads eight bytes at a time
 * where they are plain ASCII. Stateless and thread-safe.
 */
final class CanonicalString {
  /** The result of {@link #end} for bytes that are not a canonical string. */
  static final int NOT_CANONICAL = -1;

  /** Bytes that are read at once. */
  static final int WORD_BYTES = Long.BYTES;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle BIG_ENDIAN_WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final long EVERY = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long CONTROL_END = 0x20 * EVERY;
  private static final long QUOTES = '"' * EVERY;
  private static final long BACKSLASHES = '\\' * EVERY;

  private CanonicalString() {}

  /**
   * The offset after the closing quote of a string in canonical form.
   *
   * @param start offset after the opening quote
   * @return {@link #NOT_CANONICAL} when it is malformed, cut short or spelled in another way
   */
  static int end(byte[] in, int start) {
    int at = start;
    while (true) {
      at = plainEnd(in, at);
      if (at == in.length) {
        return NOT_CANONICAL;
      }
      byte b = in[at];
      if (b == '"') {
        return at + 1;
      }
      if (b < 0) {
        at = multiByteEnd(in, at);
      } else if (b == '\\') {
        at = escapeEnd(in, at + 1);
      } else {
        return NOT_CANONICAL;
      }
      if (at < 0) {
        return NOT_CANONICAL;
      }
    }
  }

  /** The offset after the closing quote, or {@link #NOT_CANONICAL} where an escape comes first. */
  static int unescapedEnd(byte[] in, int start) {
    int at = start;
    while (at >= 0) {
      at = plainEnd(in, at);
      if (at == in.length) {
        return NOT_CANONICAL;
      }
      if (in[at] >= 0) {
        return in[at] == '"' ? at + 1 : NOT_CANONICAL;
      }
      at = multiByteEnd(in, at);
    }
    return NOT_CANONICAL;
  }

  /** The first offset from {@code at} on that holds a quote, backslash, control or non-ASCII. */
  static int plainEnd(byte[] in, int at) {
    int i = at;
    for (int lastWord = in.length - WORD_BYTES; i <= lastWord; i += WORD_BYTES) {
      long word = (long) WORDS.get(in, i);
      long stops = stops(word);
      if (stops != 0) {
        return i + (Long.numberOfTrailingZeros(stops) >>> 3);
      }
    }
    while (i < in.length && isPlain(in[i])) {
      i++;
    }
    return i;
  }

  /** The first offset from {@code at} on that holds what has to be escaped. */
  static int unescapedRunEnd(byte[] utf8, int at) {
    int i = at;
    for (int lastWord = utf8.length - WORD_BYTES; i <= lastWord; i += WORD_BYTES) {
      long word = (long) WORDS.get(utf8, i);
      long quote = word ^ QUOTES;
      long backslash = word ^ BACKSLASHES;
      long stops =
          (word - CONTROL_END & ~word | quote - EVERY & ~quote | backslash - EVERY & ~backslash)
              & HIGH;
      if (stops != 0) {
        return i + (Long.numberOfTrailingZeros(stops) >>> 3);
      }
    }
    while (i < utf8.length && (utf8[i] < 0 || isPlain(utf8[i]))) {
      i++;
    }
    return i;
  }

  /** Whether a byte of that value is among them. */
  static boolean contains(byte[] in, char ascii) {
    int i = 0;
    for (int lastWord = in.length - WORD_BYTES; i <= lastWord; i += WORD_BYTES) {
      long word = (long) WORDS.get(in, i) ^ ascii * EVERY;
      // A zero byte, and no other without one, borrows into its high bit.
      if ((word - EVERY & ~word & HIGH) != 0) {
        return true;
      }
    }
    while (i < in.length && in[i] != ascii) {
      i++;
    }
    return i < in.length;
  }

  /**
   * Copies bytes, most often few. What follows them in {@code out} may be written over too.
   *
   * @return where the next goes
   */
  static int copy(byte[] in, int from, int end, byte[] out, int to) {
    int length = end - from;
    if (length > 4 * WORD_BYTES
        || end + WORD_BYTES > in.length
        || to + length + WORD_BYTES > out.length) {
      System.arraycopy(in, from, out, to, length);
    } else {
      for (int i = 0; i < length; i += WORD_BYTES) {
        WORDS.set(out, to + i, (long) WORDS.get(in, from + i));
      }
    }
    return to + length;
  }

  /**
   * Copies a run of plain characters, and returns its {@link #plainEnd}.
   *
   * @param out has room for the whole input from {@code at} on, and for one word
   */
  static int copyPlain(byte[] in, int at, byte[] out, int to) {
    int i = at;
    int shift = to - at;
    for (int lastWord = in.length - WORD_BYTES; i <= lastWord; i += WORD_BYTES) {
      long word = (long) WORDS.get(in, i);
      WORDS.set(out, i + shift, word);
      long stops = stops(word);
      if (stops != 0) {
        return i + (Long.numberOfTrailingZeros(stops) >>> 3);
      }
    }
    while (i < in.length && isPlain(in[i])) {
      out[i + shift] = in[i];
      i++;
    }
    return i;
  }

  /** Its lowest bit is in the first byte that stops a run; bytes after that may be marked too. */
  private static long stops(long word) {
    long quote = word ^ QUOTES;
    long backslash = word ^ BACKSLASHES;
    return (word - CONTROL_END | quote - EVERY | backslash - EVERY | word) & HIGH;
  }

  private static boolean isPlain(byte b) {
    return b >= 0x20 && b != '"' && b != '\\';
  }

  /** The offset after the well-formed sequences that begin here, or {@link #NOT_CANONICAL}. */
  private static int multiByteEnd(byte[] in, int start) {
    int at = start;
    do {
      int length = Utf8.wellFormedLength(in, at);
      if (length == 0) {
        return NOT_CANONICAL;
      }
      at += length;
    } while (at < in.length && in[at] < 0);
    return at;
  }

  /** The offset after an escape that has to be one, or {@link #NOT_CANONICAL}. */
  private static int escapeEnd(byte[] in, int at) {
    if (at >= in.length) {
      return NOT_CANONICAL;
    }
    return switch (in[at]) {
      case '"', '\\', 'b', 'f', 'n', 'r', 't' -> at + 1;
      case 'u' -> controlEnd(in, at + 1);
      default -> NOT_CANONICAL;
    };
  }

  /** Four lower-case hex digits of a control character that has no shorter escape. */
  private static int controlEnd(byte[] in, int at) {
    if (at + 4 > in.length || in[at] != '0' || in[at + 1] != '0') {
      return NOT_CANONICAL;
    }
    int low = lowerHex(in[at + 3]);
    boolean first = in[at + 2] == '0' && low >= 0 && (low < 8 || low == 0xb || low > 0xd);
    return first || in[at + 2] == '1' && low >= 0 ? at + 4 : NOT_CANONICAL;
  }

  private static int lowerHex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
  }

  /**
   * The first eight bytes of a string as an unsigned number, shorter ones filled up with zeros,
   * which no canonical string holds. Where {@link #decides} for both, the numbers are in the order
   * of the strings.
   *
   * @param start offset after the opening quote
   * @param end offset of the closing quote
   */
  static long key(byte[] in, int start, int end) {
    int length = end - start;
    if (start <= in.length - 8) {
      long word = (long) BIG_ENDIAN_WORDS.get(in, start);
      return length >= 8 ? word : length == 0 ? 0 : word & -1L << 64 - 8 * length;
    }
    long key = 0;
    for (int i = 0; i < 8; i++) {
      key = key << 8 | (i < length ? in[start + i] & 0xff : 0);
    }
    return key;
  }

  /** Whether a key is of ASCII without a backslash, and so sorts by its bytes. */
  static boolean decides(long key) {
    long backslash = key ^ BACKSLASHES;
    return ((backslash - EVERY & ~backslash | key) & HIGH) == 0;
  }

  /**
   * Compares two canonical strings by their UTF-16 code units, as RFC 8785 section 3.2.3 asks.
   *
   * @param a offset after the opening quote
   * @param aEnd offset of the closing quote
   */
  static int compare(byte[] in, int a, int aEnd, int b, int bEnd) {
    int differs = Arrays.mismatch(in, a, aEnd, in, b, bEnd);
    if (differs < 0) {
      return 0;
    }
    if (a + differs == aEnd || b + differs == bEnd) {
      return (aEnd - a) - (bEnd - b);
    }
    int character = characterStart(in, a, differs);
    return rankAt(in, a + character) - rankAt(in, b + character);
  }

  /** Where the escape begins that the byte at index {@code differs} is in, or that index. */
  private static int characterStart(byte[] in, int start, int differs) {
    // Both strings are the same up to there. An escape is at most six bytes long, but a backslash
    // may itself be escaped, so a run of them is read from its start.
    for (int i = Math.max(0, differs - 5); i < differs; i++) {
      if (in[start + i] == '\\') {
        return fromStart(in, start, differs);
      }
    }
    return differs;
  }

  private static int fromStart(byte[] in, int start, int differs) {
    int i = 0;
    while (i < differs) {
      int length = in[start + i] != '\\' ? 1 : in[start + i + 1] == 'u' ? 6 : 2;
      if (i + length > differs) {
        return i;
      }
      i += length;
    }
    return differs;
  }

  /**
   * The order of UTF-8 bytes is that of code points, and so that of UTF-16 but for one thing: what
   * needs a surrogate pair (lead bytes from F0) comes before U+E000 to U+FFFF (EE and EF).
   */
  private static int rank(byte utf8) {
    int b = utf8 & 0xff;
    return b == 0xee || b == 0xef ? b + 8 : b;
  }

  private static int rankAt(byte[] in, int at) {
    if (in[at] != '\\') {
      return rank(in[at]);
    }
    byte escape = in[at + 1];
    return switch (escape) {
      case 'b' -> '\b';
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'f' -> '\f';
      case 'r' -> '\r';
      case 'u' -> (in[at + 4] - '0') << 4 | lowerHex(in[at + 5]);
      default -> escape;
    };
  }
}
