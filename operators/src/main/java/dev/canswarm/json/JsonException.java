package dev.canswarm.json;

import java.util.Locale;

/**
 * Input that is not I-JSON, with the byte offset at which that shows. Terminal: the same bytes fail
 * again.
 */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kinds of faults in the input. */
  public enum Problem {
    /** Not a JSON token, or not one that is allowed here. */
    SYNTAX,
    /** The input ends within a value. */
    TRUNCATED,
    /** Bytes that are not well-formed UTF-8, a byte order mark included. */
    BAD_UTF8,
    /** Half of a surrogate pair, as an escape. */
    LONE_SURROGATE,
    /** A member name that the object has already. */
    DUPLICATE_NAME,
    /** A number that is not finite, or whose canonical form is digits beyond 2^53 - 1. */
    NUMBER_RANGE,
    /** Nested deeper than the limit. */
    TOO_DEEP,
    /** Longer than the limit. */
    TOO_LARGE,
    /** Bytes after the value. */
    TRAILING_BYTES
  }

  private final Problem problem;
  private final int offset;

  private JsonException(Problem problem, int offset, String message) {
    super(message);
    this.problem = problem;
    this.offset = offset;
  }

  /** A failure at a byte offset; {@code detail} says what was expected and what was found. */
  public static JsonException at(int offset, Problem problem, String detail) {
    return new JsonException(
        problem, offset, String.format(Locale.ROOT, "%s at byte %d: %s", problem, offset, detail));
  }

  /**
   * The same from its parts. The readers recurse: JDK 25 inlines string concatenation with {@code
   * +} into them, regardless of its size, and their frames become so large that a document within
   * the limit of depth overflows a stack of 1 MB.
   */
  static JsonException expected(int offset, Problem problem, String expected, String got) {
    return at(offset, problem, String.format(Locale.ROOT, "expected %s, got %s", expected, got));
  }

  /** The kind of fault. */
  public Problem problem() {
    return problem;
  }

  /** Byte offset from the start of the input, counted from 0. */
  public int offset() {
    return offset;
  }
}
