package dev.canswarm.config;

/**
 * The value of a setting as one source states it, before it is parsed.
 *
 * @param value the text; a list from a file is a JSON array of strings
 * @param list whether the file has a YAML list here
 * @param source the name of the source, for display
 * @param where the source and the line in it, for error messages
 */
record SourcedValue(String value, boolean list, String source, String where) {
  static SourcedValue text(String value, String source) {
    return new SourcedValue(value, false, source, source);
  }
}
