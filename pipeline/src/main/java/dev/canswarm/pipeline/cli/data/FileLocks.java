package dev.canswarm.pipeline.cli.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Operating system locks on files, which end with the process. */
final class FileLocks {
  /**
   * Locks that this JVM holds. POSIX drops a process's locks on a file when the process closes any
   * of its descriptors for it, so a second attempt in this JVM must not even open the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private FileLocks() {}

  /** A held lock. Closing it releases it; idempotent. */
  static final class Held implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private Held(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      if (channel.isOpen()) {
        try {
          channel.close();
        } finally {
          HELD.remove(file);
        }
      }
    }
  }

  /** Locks a file, which is created if missing; empty if another process holds the lock. */
  static Optional<Held> tryAcquire(Path file) throws IOException {
    Path key = file.toAbsolutePath().normalize();
    if (!HELD.add(key)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel = FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      held = lock != null;
      return held ? Optional.of(new Held(key, channel)) : Optional.empty();
    } finally {
      if (!held) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(key);
      }
    }
  }
}
