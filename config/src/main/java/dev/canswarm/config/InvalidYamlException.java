package dev.canswarm.config;

/**
 * Reports YAML that is malformed or has an unexpected structure, with its line. The message never
 * quotes the surrounding text, which may contain a secret.
 */
final class InvalidYamlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final String expected;
  private final String actual;

  /**
   * @param line the line number, from 1; 0 for the text as a whole
   */
  InvalidYamlException(int line, String expected, String actual) {
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
