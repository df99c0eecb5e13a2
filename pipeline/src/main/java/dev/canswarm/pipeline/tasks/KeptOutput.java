package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the end of what commands wrote whose run failed, one file for each of the last runs: {@code
 * 000.txt} to {@code 255.txt}, of which the oldest is replaced. Only its owner may read the
 * directory: output may hold anything that a command knows. Nothing depends on what is kept; a
 * failure to keep it is a warning. Thread-safe; blocks.
 */
final class KeptOutput {
  /** The most files that are kept; the oldest is deleted for a new one. */
  static final int FILES_MAX = 256;

  /** The end of each stream that is kept. */
  static final int STREAM_BYTES_MAX = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(KeptOutput.class);

  private final Path directory;
  private int next;

  private KeptOutput(Path directory, int next) {
    this.directory = directory;
    this.next = next;
  }

  /**
   * Opens the directory, which is made if it is missing.
   *
   * @throws IllegalArgumentException if it cannot be made or read
   */
  static KeptOutput in(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
      return new KeptOutput(directory, afterNewest(directory));
    } catch (IOException | UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "tasks.keep-output: " + directory + " cannot be used: " + e, e);
    }
  }

  private static int afterNewest(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> kept =
          files.filter(file -> file.getFileName().toString().matches("\\d{3}\\.txt")).toList();
      Optional<Path> newest = kept.stream().max(Comparator.comparing(KeptOutput::modified));
      return newest
          .map(file -> Integer.parseInt(file.getFileName().toString().substring(0, 3)) + 1)
          .orElse(0);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }

  /**
   * Keeps what a run wrote.
   *
   * @param problem why it failed
   */
  synchronized void keep(String problem, RunDirectory run) {
    Path file = directory.resolve("%03d.txt".formatted(next % FILES_MAX));
    try {
      Path written = Files.createTempFile(directory, "new-", ".tmp");
      try (OutputStream out = Files.newOutputStream(written)) {
        out.write((problem + "\n").getBytes(StandardCharsets.UTF_8));
        append(out, "standard output", run.stdout());
        append(out, "standard error", run.stderr());
      }
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
      next = (next + 1) % FILES_MAX;
    } catch (IOException e) {
      LOG.warn("the output of a command could not be kept in {}: {}", file, e.toString());
    }
  }

  private static void append(OutputStream out, String name, Path stream) throws IOException {
    byte[] tail = RunDirectory.tail(stream, STREAM_BYTES_MAX);
    out.write(
        "--- %s, the last %d of %d bytes%n"
            .formatted(name, tail.length, Files.size(stream))
            .getBytes(StandardCharsets.UTF_8));
    out.write(tail);
    out.write('\n');
  }
}
