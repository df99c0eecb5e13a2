package dev.canswarm.pipeline.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that are written aside and then moved to where they belong, so that nobody ever sees half
 * of one. While it is written a file is locked; the lock ends with the process, so a file that
 * nobody locks is the leftover of a crash. Thread-safe; several processes may share a directory.
 */
final class TemporaryFiles {
  private static final String NAMES = "put-*.tmp";

  /**
   * Files that this process writes now. A POSIX lock belongs to the process and goes when any of
   * its descriptors of the file is closed, so one's own files must not even be probed.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private static final AtomicLong NEXT = new AtomicLong();

  private final Path directory;

  /** A directory that exists, on the file system that the files are moved to. */
  TemporaryFiles(Path directory) throws IOException {
    this.directory = directory.toRealPath();
  }

  /** Writes and forces the content, then moves it to the target in one step, over what is there. */
  void write(byte[] content, Path target) throws IOException {
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
        channel.force(true);
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

  /** A name that no thread of this process uses and no leftover has. */
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
   * Deletes what crashes left: files with this class's names, and only those nobody writes.
   *
   * @return how many
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
    } catch (java.nio.file.NoSuchFileException | OverlappingFileLockException e) {
      // Its writer has just moved it, or another sweep is at it.
      return false;
    }
  }
}
