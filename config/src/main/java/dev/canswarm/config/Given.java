package dev.canswarm.config;

/**
 * A value that some source gives to a setting.
 *
 * @param value as text; of a list in a file: a JSON array of texts
 * @param list whether it was written as a list in a file
 * @param source the source, for people
 * @param where the source and the place in it, for messages
 */
record Given(String value, boolean list, String source, String where) {
  static Given text(String value, String source) {
    return new Given(value, false, source, source);
  }
}
