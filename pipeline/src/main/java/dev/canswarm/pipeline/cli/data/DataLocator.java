package dev.canswarm.pipeline.cli.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the data directory of a command. In this order: the named one; {@code ./.swarm} if a stack
 * runs on it; the one on which this user runs a stack; {@code ./.swarm} if it exists; the one used
 * last.
 */
public final class DataLocator {
  /** The default data directory. */
  public static final String DEFAULT = ".swarm";

  private static final String FORMAT = "FORMAT";

  private final RunningRegistry registry;

  public DataLocator(RunningRegistry registry) {
    this.registry = registry;
  }

  /**
   * Returns the data directory that a command works with, and how it was found.
   *
   * @param explicit the directory that the user named in a flag, the environment or a file
   * @param cwd the working directory
   * @throws AmbiguousException if several stacks run and none was named
   * @throws DataException if the running stack's {@code endpoints.json} cannot be used
   */
  public Located locate(Optional<Path> explicit, Path cwd)
      throws AmbiguousException, DataException {
    if (explicit.isPresent()) {
      Path named = cwd.resolve(explicit.get()).toAbsolutePath().normalize();
      return new Located(named, running(named), Optional.empty());
    }
    Path here = cwd.resolve(DEFAULT).toAbsolutePath().normalize();
    Optional<StackFile> runsHere = running(here);
    if (runsHere.isPresent()) {
      return new Located(here, runsHere, Optional.empty());
    }
    List<Path> elsewhere = registry.runningNow();
    if (elsewhere.size() > 1) {
      throw new AmbiguousException(elsewhere);
    }
    if (elsewhere.size() == 1) {
      Path found = elsewhere.get(0);
      String remark = "using the running stack in " + found;
      return new Located(found, running(found), Optional.of(remark));
    }
    if (Files.exists(here.resolve(FORMAT))) {
      return new Located(here, Optional.empty(), Optional.empty());
    }
    return registry
        .lastUsed()
        .map(
            last ->
                new Located(
                    last,
                    Optional.empty(),
                    Optional.of("no stack is running; using its last directory, " + last)))
        .orElseGet(() -> new Located(here, Optional.empty(), Optional.empty()));
  }

  private static Optional<StackFile> running(Path data) throws DataException {
    return DirectoryUse.inUse(data) ? StackFile.read(data) : Optional.empty();
  }

  /** Several stacks run; the user must name one. */
  public static final class AmbiguousException extends Exception {
    private static final long serialVersionUID = 1L;

    AmbiguousException(List<Path> running) {
      super(
          "several stacks are running; pass one of: "
              + running.stream().map(path -> "--data " + path).collect(Collectors.joining(", ")));
    }
  }
}
