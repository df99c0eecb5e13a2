package dev.canswarm.pipeline.cli.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Detects by its lock whether a process uses a data directory. */
final class DirectoryUse {
  private static final String LOCK = "lock";

  /**
   * Channels to locks that this very process holds. Closing one would drop the lock, as POSIX has
   * it; so they stay open.
   */
  private static final Queue<FileChannel> KEPT = new ConcurrentLinkedQueue<>();

  private DirectoryUse() {}

  /** Whether a process holds the directory's lock. Changes nothing. */
  static boolean inUse(Path data) {
    Path file = data.resolve(LOCK);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      channel.close();
      return lock == null;
    } catch (OverlappingFileLockException ours) {
      KEPT.add(Objects.requireNonNull(channel));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
