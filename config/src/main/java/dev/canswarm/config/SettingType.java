package dev.canswarm.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * How the text of a setting becomes a value.
 *
 * @param expected the type and its bounds in words, to follow "expected"
 * @param list whether it may be written as a YAML list
 * @param reader the value, or empty where the text is of another type or out of bounds; pure
 */
public record SettingType<T>(String expected, boolean list, Function<String, Optional<T>> reader) {
  /** The value that the text stands for, or empty where it stands for none. */
  public Optional<T> read(String text) {
    return reader.apply(text);
  }
}
