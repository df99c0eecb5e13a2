package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A process and all that it has started. A descendant can no longer be found by its ancestors once
 * these have ended, so the descendants are recorded while the root runs. Where the system shows
 * processes in {@code /proc}, as Linux does, those that detached themselves are found too, in
 * sessions of their own as well: they have the run's directory as {@code TMPDIR} in their
 * environment, or work in it. It misses a process that changed both before it was recorded: a
 * command that must not be able to do that needs a container of its own. Not thread-safe.
 */
final class ProcessTree {
  private static final Path PROCESSES = Path.of("/proc");

  /**
   * Rounds of killing: a process may start others before it is killed. A fork bomb may be faster.
   */
  private static final int ROUNDS_MAX = 10;

  /** The environment of a run is a few hundred bytes; a process may have set more. */
  private static final int ENVIRONMENT_BYTES_MAX = 1 << 17;

  private final Process root;
  private final Path directory;
  private final byte[] mark;
  private final Set<ProcessHandle> descendants = new LinkedHashSet<>();

  /**
   * @param directory the working directory of this run and of no other, which is its TMPDIR too
   */
  ProcessTree(Process root, Path directory) {
    this.root = root;
    this.directory = directory;
    this.mark = ("TMPDIR=" + directory).getBytes(StandardCharsets.UTF_8);
  }

  /** Records the processes that the root has started so far. */
  void recordDescendants() {
    root.descendants().forEach(descendants::add);
  }

  /** Kills all that still run, and the root first, since it could start more. */
  void kill() {
    recordDescendants();
    root.destroyForcibly();
    for (ProcessHandle descendant : Set.copyOf(descendants)) {
      descendant.descendants().forEach(descendants::add);
    }
    descendants.forEach(ProcessHandle::destroyForcibly);
    for (int round = 0; round < ROUNDS_MAX && killDetached(); round++) {
      // Until a scan finds none.
    }
  }

  /** Kills what carries the mark of this run; returns whether there was any. */
  private boolean killDetached() {
    boolean found = false;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[1-9]*")) {
      for (Path process : processes) {
        if (isMarked(process)) {
          found |=
              ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                  .map(ProcessTree::killed)
                  .orElse(false);
        }
      }
    } catch (IOException | NumberFormatException notLinux) {
      return false;
    }
    return found;
  }

  private static boolean killed(ProcessHandle process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    return process.destroyForcibly();
  }

  private boolean isMarked(Path process) {
    return hasMark(process.resolve("environ")) || worksHere(process.resolve("cwd"));
  }

  private boolean hasMark(Path environment) {
    byte[] bytes;
    try (var in = Files.newInputStream(environment)) {
      bytes = in.readNBytes(ENVIRONMENT_BYTES_MAX);
    } catch (IOException gonePastOrSomebodyElses) {
      return false;
    }
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == 0) {
        if (Arrays.equals(bytes, start, i, mark, 0, mark.length)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private boolean worksHere(Path workingDirectory) {
    try {
      return Files.readSymbolicLink(workingDirectory).startsWith(directory);
    } catch (IOException | UnsupportedOperationException gonePastOrSomebodyElses) {
      return false;
    }
  }
}
