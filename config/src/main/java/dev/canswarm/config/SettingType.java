package dev.canswarm.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * Parses the text of a setting.
 *
 * @param expected describes the type and its bounds; messages put it after "expected"
 * @param list whether the file may have a YAML list here
 * @param reader returns the value, or empty if the text has another type or is out of bounds; pure
 */
public record SettingType<T>(String expected, boolean list, Function<String, Optional<T>> reader) {
  /** Returns the parsed value, or empty if the text is invalid. */
  public Optional<T> read(String text) {
    return reader.apply(text);
  }
}
