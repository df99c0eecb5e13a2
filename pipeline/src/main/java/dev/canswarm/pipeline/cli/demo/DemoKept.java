package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.TrustFile;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies the files that {@code ./swarm replay} and other verifiers need from a demo's directory,
 * and no secret.
 */
public final class DemoKept {
  private static final List<String> KEPT =
      List.of("audit", "artifacts", "policy.json", TrustFile.NAME);

  private final Path directory;

  private DemoKept(Path directory) {
    this.directory = directory;
  }

  /**
   * Creates the directory if it does not exist.
   *
   * @throws CommandException USAGE if it is not empty or cannot be created
   */
  public static DemoKept in(Path directory) throws CommandException {
    try {
      Files.createDirectories(directory);
      try (Stream<Path> entries = Files.list(directory)) {
        if (entries.findAny().isPresent()) {
          throw new CommandException(
              ExitCode.USAGE,
              "--keep: expected a directory that is empty or not there yet, got " + directory);
        }
      }
      return new DemoKept(directory);
    } catch (IOException e) {
      throw new CommandException(ExitCode.USAGE, "--keep: cannot use " + directory + ": " + e, e);
    }
  }

  /** Copies from the demo's directory, which must not change any more. */
  void copyFrom(Path data) throws IOException {
    for (String name : names(data)) {
      Path from = data.resolve(name);
      if (!Files.exists(from)) {
        continue;
      }
      try (Stream<Path> tree = Files.walk(from)) {
        for (Path path : (Iterable<Path>) tree::iterator) {
          Files.copy(path, directory.resolve(data.relativize(path).toString()));
        }
      }
    }
  }

  /** Returns the names of the files to keep, including the modules that the policy names. */
  private static List<String> names(Path data) throws IOException {
    List<String> names = new ArrayList<>(KEPT);
    try (Stream<Path> files = Files.list(data)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".wasm"))
          .sorted()
          .forEach(names::add);
    }
    return names;
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
