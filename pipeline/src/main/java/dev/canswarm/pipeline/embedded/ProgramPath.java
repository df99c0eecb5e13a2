package dev.canswarm.pipeline.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;

/** Finds programs as a shell does. Stateless; reads directories. */
public final class ProgramPath {
  private ProgramPath() {}

  /**
   * Returns whether a program can be run.
   *
   * @param program a path if it has a slash, else a name that is searched
   * @param path the value of {@code PATH}; empty entries name no directory
   */
  public static boolean has(String program, String path) {
    return program.indexOf('/') >= 0
        ? isProgram(program)
        : Arrays.stream(path.split(File.pathSeparator, -1))
            .filter(directory -> !directory.isEmpty())
            .anyMatch(directory -> isProgram(directory + File.separator + program));
  }

  private static boolean isProgram(String name) {
    try {
      Path file = Path.of(name);
      return Files.isRegularFile(file) && Files.isExecutable(file);
    } catch (InvalidPathException noName) {
      return false;
    }
  }
}
