package dev.canswarm.pipeline.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes files under temporary names and renames them, so that readers never see partial content. A
 * file is locked while it is written, and the lock ends with the process, so an unlocked temporary
 * file is the remainder of a crash. Thread-safe; several processes may share a directory.
 */
final class TemporaryFiles {
  private static final String NAMES = "put-*.tmp";

  /**
   * The files that this process is writing. A POSIX lock belongs to the process and is released
   * when any of its descriptors of the file is closed, so the sweep must not even open these files.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private static final AtomicLong NEXT = new AtomicLong();

  private final Path directory;

  /** Uses a directory that exists and is on the same file system as the targets. */
  TemporaryFiles(Path directory) throws IOException {
    this.directory = directory.toRealPath();
  }

  /**
   * Writes and forces the content, then renames the file to the target atomically, replacing it.
   */
  void write(byte[] content, Path target) throws IOException {
    write(content, target, true);
  }

  /** The same without forcing: after a crash of the machine the target may be half of it. */
  void writeUnforced(byte[] content, Path target) throws IOException {
    write(content, target, false);
  }

  private void write(byte[] content, Path target, boolean force) throws IOException {
    Path file = reserve();
    try {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          throw new IOException("temporary file " + file + " was taken for a leftover");
        }
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        if (force) {
          channel.force(true);
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException e) {
        if (!(e instanceof FileAlreadyExistsException)) {
          Files.deleteIfExists(file);
        }
        throw e;
      }
    } finally {
      OWN.remove(file);
    }
  }

  /** Returns a name that no thread of this process uses and that no remaining file has. */
  private Path reserve() {
    while (true) {
      Path file =
          directory.resolve(
              "put-" + ProcessHandle.current().pid() + "-" + NEXT.getAndIncrement() + ".tmp");
      if (OWN.add(file)) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          return file;
        }
        OWN.remove(file);
      }
    }
  }

  /**
   * Deletes temporary files of crashed writers. Leaves files with other names, and files that are
   * still being written.
   *
   * @return the number of deleted files
   */
  int sweep() throws IOException {
    int swept = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, NAMES)) {
      for (Path file : files) {
        if (!OWN.contains(file)
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && sweep(file)) {
          swept++;
        }
      }
    }
    return swept;
  }

  private static boolean sweep(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      return channel.tryLock() != null && Files.deleteIfExists(file);
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      // Its writer has just renamed it, or a concurrent sweep has deleted it.
      return false;
    }
  }
}
