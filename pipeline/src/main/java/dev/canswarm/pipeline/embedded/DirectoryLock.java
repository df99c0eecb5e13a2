package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive lock of a directory: an operating system lock on its file {@code lock}, which is
 * released when the process ends for any reason. The file contains the process id for error
 * messages.
 */
final class DirectoryLock implements AutoCloseable {

  static final String FILE = "lock";

  /**
   * The directories that this JVM has locked. POSIX releases a process's lock on a file when the
   * process closes any descriptor of it, so a second attempt in this JVM must not even open the
   * file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path key;
  private final FileChannel channel;

  private DirectoryLock(Path key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock and creates its file if necessary. Returns empty if the lock is held already.
   */
  static Optional<DirectoryLock> tryAcquire(Path directory) throws IOException {
    return tryAcquire(
        directory,
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Takes the lock of a directory that contains the lock file. Returns empty if there is no such
   * file or the lock is held.
   */
  static Optional<DirectoryLock> tryAcquireExisting(Path directory) throws IOException {
    if (!Files.isRegularFile(directory.resolve(FILE), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return tryAcquire(
        directory, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static Optional<DirectoryLock> tryAcquire(Path directory, OpenOption... options)
      throws IOException {
    Path key = directory.toRealPath();
    if (!HELD.add(key)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel = FileChannel.open(key.resolve(FILE), options);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        return Optional.empty();
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      held = true;
      return Optional.of(new DirectoryLock(key, channel));
    } finally {
      if (!held) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(key);
      }
    }
  }

  /**
   * Describes the holder of the lock of {@code directory} for a message. Reads the file of another
   * process.
   */
  static String holder(Path directory) {
    try {
      if (HELD.contains(directory.toRealPath())) {
        return "this process (" + ProcessHandle.current().pid() + ")";
      }
      String pid = Files.readString(directory.resolve(FILE), StandardCharsets.US_ASCII).strip();
      return pid.isEmpty() ? "another process" : "process " + pid;
    } catch (IOException unreadable) {
      return "another process";
    }
  }

  /**
   * Releases the lock. The file stays: if it were removed, two processes could each lock a
   * different file.
   */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try {
        channel.close();
      } finally {
        HELD.remove(key);
      }
    }
  }
}
