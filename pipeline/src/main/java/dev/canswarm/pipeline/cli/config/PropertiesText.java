package dev.canswarm.pipeline.cli.config;

import java.util.Locale;

/** Writes properties as {@link java.util.Properties#load} reads them. Stateless. */
final class PropertiesText {
  private static final char FIRST_PRINTABLE = ' ';
  private static final char LAST_PRINTABLE = '~';

  private PropertiesText() {}

  /**
   * Returns one line of ASCII, without its end.
   *
   * @param name of letters, digits, {@code .}, {@code _} and {@code -}, as those of Kafka's clients
   * @param value any text; what a reader would change is escaped
   */
  static String line(String name, String value) {
    StringBuilder line = new StringBuilder(name).append('=');
    int start = line.length();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' || (c == ' ' && line.length() == start)) {
        line.append('\\').append(c); // a reader skips the spaces before a value
      } else if (c < FIRST_PRINTABLE || c > LAST_PRINTABLE) {
        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }
}
