package dev.canswarm.benchmarks.load.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Files of {@code /proc} with a {@code Name: number} on each line. */
public final class ProcFields {
  private ProcFields() {}

  /** The number after {@code name:}; empty if there is no such line. */
  public static OptionalLong parse(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip().split(" ")[0])
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  /** The number in a file; empty if the process is gone or the file may not be read. */
  public static OptionalLong read(Path file, String name) {
    try {
      return parse(Files.readString(file, StandardCharsets.UTF_8), name);
    } catch (IOException gone) {
      return OptionalLong.empty();
    }
  }
}
