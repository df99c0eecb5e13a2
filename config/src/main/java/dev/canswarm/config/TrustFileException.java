package dev.canswarm.config;

import org.jspecify.annotations.Nullable;

/** The trust file cannot be used; says in which line, what was expected and what stood there. */
public final class TrustFileException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final String expected;
  private final String actual;

  /**
   * @param line from 1; 0 where it is the file as a whole
   */
  TrustFileException(
      String where, int line, String expected, String actual, @Nullable Throwable cause) {
    super(
        where + (line == 0 ? "" : ", line " + line) + ": expected " + expected + ", got " + actual,
        cause);
    this.line = line;
    this.expected = expected;
    this.actual = actual;
  }

  /** From 1; 0 where it is the file as a whole. */
  public int line() {
    return line;
  }

  /** What would have been right. */
  public String expected() {
    return expected;
  }

  /** What was found. */
  public String actual() {
    return actual;
  }
}
