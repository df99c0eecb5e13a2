package dev.canswarm.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Secrets that are kept in files of their own: {@code postgres.password-file} names the file that
 * contains {@code postgres.password}. Every secret setting has such a companion.
 */
final class SecretFiles {
  /** The end of a companion's name. */
  static final String SUFFIX = "-file";

  /** The end of a companion's environment variable. */
  static final String VARIABLE_SUFFIX = "_FILE";

  /** The size limit of a file, in bytes. */
  static final int BYTES_MAX = 1 << 16;

  private final Path workingDirectory;
  private final List<SettingsProblem> problems;

  /**
   * @param workingDirectory the base of relative paths
   * @param problems receives files that cannot be read
   */
  SecretFiles(Path workingDirectory, List<SettingsProblem> problems) {
    this.workingDirectory = workingDirectory;
    this.problems = problems;
  }

  /** Returns the secret setting whose file {@code name} names, or empty. */
  static Optional<SettingKey<?>> secretOf(String name) {
    return name.endsWith(SUFFIX)
        ? SettingKeys.find(name.substring(0, name.length() - SUFFIX.length()))
            .filter(SettingKey::secret)
        : Optional.empty();
  }

  /**
   * Returns the value in the file without its last line end, or empty after reporting a problem.
   *
   * @param path an empty path is as good as none
   * @param named where the path is from
   */
  Optional<SourcedValue> read(String name, String path, SourcedValue named) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = workingDirectory.resolve(path);
      String content = BoundedFile.readUtf8(file, BYTES_MAX).replaceFirst("\\r?\\n\\z", "");
      if (content.isEmpty()) {
        return refused(name, path, "an empty one", named);
      }
      return Optional.of(
          new SourcedValue(
              content,
              false,
              "file " + file + " (" + named.source() + ")",
              "file " + file + ", " + named.where()));
    } catch (InvalidPathException bad) {
      return refused(name, path, "no path", named);
    } catch (IOException failure) {
      return refused(name, path, String.valueOf(failure.getMessage()), named);
    }
  }

  private Optional<SourcedValue> refused(
      String name, String path, String actual, SourcedValue named) {
    problems.add(
        new SettingsProblem(
            SettingsProblem.Kind.BAD_VALUE,
            name,
            "a readable file with the value of "
                + name.substring(0, name.length() - SUFFIX.length()),
            path + ": " + actual,
            named.where()));
    return Optional.empty();
  }

  /** Reports that one source has both the secret and its file. */
  void reportBoth(String name, SourcedValue named) {
    problems.add(
        new SettingsProblem(
            SettingsProblem.Kind.CONFLICT,
            name,
            "either this or " + name.substring(0, name.length() - SUFFIX.length()),
            "both",
            named.where()));
  }
}
