package dev.canswarm.config;

import org.jspecify.annotations.Nullable;

/** Reports a trust file that cannot be used: the line, the expected and the actual content. */
public final class TrustFileException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final String expected;
  private final String actual;

  /**
   * @param line the line number, from 1; 0 for the file as a whole
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

  /** Returns the line number, from 1; 0 for the file as a whole. */
  public int line() {
    return line;
  }

  /** Returns a description of valid content. */
  public String expected() {
    return expected;
  }

  /** Returns the content that was found. */
  public String actual() {
    return actual;
  }
}
