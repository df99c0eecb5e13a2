package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the processes that work in a directory, as the native servers do in their data. */
public final class WorkingProcesses {
  private WorkingProcesses() {}

  /**
   * Returns one line for each process whose working directory is in {@code directory}: its id and
   * its command line. Returns none if there is no {@code /proc}.
   *
   * @param directory an absolute path without symbolic links
   */
  public static List<String> in(Path directory) throws IOException {
    Path proc = Path.of("/proc");
    if (!Files.isDirectory(proc)) {
      return List.of();
    }
    try (Stream<Path> processes = Files.list(proc)) {
      return processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .filter(process -> worksIn(process, directory))
          .map(WorkingProcesses::describe)
          .toList();
    }
  }

  private static boolean worksIn(Path process, Path directory) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).startsWith(directory);
    } catch (IOException gone) {
      return false;
    }
  }

  private static String describe(Path process) {
    String pid = process.getFileName().toString();
    try {
      return pid + " " + Files.readString(process.resolve("cmdline")).replace('\0', ' ').strip();
    } catch (IOException gone) {
      return pid + " (ended since)";
    }
  }
}
