package dev.canswarm.pipeline.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Directories whose entries outlast a power failure. */
final class Directories {
  private Directories() {}

  /** Forces a directory's entries to disk: until then a new or renamed file may vanish. */
  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Creates a directory with its parents, and forces every entry that was made. */
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
}
