package dev.canswarm.pipeline.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** Makes directory entries durable, so that they survive a power failure. */
final class Directories {
  private Directories() {}

  /**
   * Forces the entries of a directory to disk. Before that, a power failure may lose a new or
   * renamed file.
   */
  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Creates a directory and its missing parents, and forces every new entry to disk. */
  static void createDurably(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDurably(parent);
    }
    Files.createDirectories(directory);
    if (parent != null) {
      force(parent);
    }
  }

  /** Something that blocks on files. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  /** How long writing back all that a file system holds in memory may take. */
  private static final long SYNC_SECONDS_MAX = 60;

  /**
   * Answers when all that was written to the file system of this directory is on disk: one call for
   * any number of files. The JDK has no {@code syncfs}; the command of that name in coreutils is
   * {@code sync -f}.
   *
   * @throws IOException if there is no such command, or it failed
   */
  static void syncFileSystem(Path directory) throws IOException {
    Process sync =
        new ProcessBuilder("sync", "-f", directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!sync.waitFor(SYNC_SECONDS_MAX, TimeUnit.SECONDS)) {
        sync.destroyForcibly();
        throw new IOException(
            "sync -f " + directory + " took more than " + SYNC_SECONDS_MAX + " s");
      }
    } catch (InterruptedException e) {
      sync.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in sync -f " + directory, e);
    }
    if (sync.exitValue() != 0) {
      throw new IOException("sync -f " + directory + " ended with " + sync.exitValue());
    }
  }
}
