package dev.canswarm.config;

/** A YAML text that is not what it should be, and where; never shows the text around it. */
final class YamlFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final String expected;
  private final String actual;

  /**
   * @param line from 1; 0 where it is the text as a whole
   */
  YamlFault(int line, String expected, String actual) {
    super("line " + line + ": expected " + expected + ", got " + actual);
    this.line = line;
    this.expected = expected;
    this.actual = actual;
  }

  int line() {
    return line;
  }

  String expected() {
    return expected;
  }

  String actual() {
    return actual;
  }
}
