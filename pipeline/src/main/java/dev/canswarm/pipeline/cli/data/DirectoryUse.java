package dev.canswarm.pipeline.cli.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Whether a process works on a data directory, as its lock tells. */
final class DirectoryUse {
  private static final String LOCK = "lock";

  private DirectoryUse() {}

  /** Whether somebody holds the directory's lock. Leaves everything as it is. */
  static boolean inUse(Path data) {
    Path file = data.resolve(LOCK);
    try {
      if (!Files.isRegularFile(file)) {
        return false;
      }
      // Closing a descriptor of a file that this very process has locked would drop its lock.
      String holder = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      if (holder.equals(Long.toString(ProcessHandle.current().pid()))) {
        return true;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        return lock == null;
      }
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
