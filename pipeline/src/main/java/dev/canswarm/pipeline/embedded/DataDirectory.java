package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;

/**
 * A data directory to which only this process may write, from {@link #open} to {@link #close}. No
 * other user can read anything in it. The file {@code FORMAT} in it names the version of its
 * layout; the file {@code lock} carries the lock. Thread-safe.
 */
public final class DataDirectory implements AutoCloseable {

  /** The layout version that this program reads and writes. */
  public static final String FORMAT = "1";

  private static final String FORMAT_FILE = "FORMAT";

  /** Entries that may be in a directory before the first start, copied from another one. */
  private static final Set<String> OWN_NAMES =
      Set.of(DirectoryLock.FILE, "keys", "trust.yaml", "policy.json", "audit", "artifacts");

  private final Path root;
  private final DirectoryLock lock;

  private DataDirectory(Path root, DirectoryLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Creates the directory if it is missing, takes its lock without waiting, checks its format, and
   * closes the directory to other users. A directory with content that no version of this program
   * made is refused if it is open to others: it may be shared with them on purpose.
   *
   * @throws EmbeddedStackException DIRECTORY_LOCKED, NOT_WRITABLE or UNKNOWN_FORMAT
   */
  public static DataDirectory open(Path path) throws EmbeddedStackException {
    Path absolute = path.toAbsolutePath().normalize();
    DirectoryLock lock = null;
    boolean opened = false;
    try {
      OwnerOnly.createDirectory(absolute);
      checkMayClose(absolute);
      lock =
          DirectoryLock.tryAcquire(absolute)
              .orElseThrow(
                  () ->
                      new EmbeddedStackException(
                          Kind.DIRECTORY_LOCKED,
                          "data directory %s is in use by %s; stop that one or pass another --data"
                              .formatted(absolute, DirectoryLock.holder(absolute))));
      Path root = absolute.toRealPath();
      checkFormat(root);
      OwnerOnly.close(root);
      opened = true;
      return new DataDirectory(root, lock);
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE,
          "data directory %s cannot be created or written (%s); pass another --data"
              .formatted(absolute, e),
          e);
    } finally {
      if (!opened && lock != null) {
        release(lock);
      }
    }
  }

  private static void checkMayClose(Path directory) throws IOException, EmbeddedStackException {
    if (OwnerOnly.isClosed(directory) || Files.exists(directory.resolve(FORMAT_FILE))) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!OWN_NAMES.contains(entry.getFileName().toString())) {
          throw new EmbeddedStackException(
              Kind.NOT_WRITABLE,
              "directory %s is open to other users, has files in it, and is not a data directory; pass"
                      .formatted(directory)
                  + " another --data, or run: chmod 700 "
                  + directory);
        }
      }
    }
  }

  private static void checkFormat(Path root) throws IOException, EmbeddedStackException {
    Path file = root.resolve(FORMAT_FILE);
    if (!Files.exists(file)) {
      Path fresh = root.resolve(FORMAT_FILE + ".new");
      Files.writeString(fresh, FORMAT + "\n", StandardCharsets.US_ASCII);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    String found = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    if (!found.equals(FORMAT)) {
      throw new EmbeddedStackException(
          Kind.UNKNOWN_FORMAT,
          "data directory %s has format '%s', this version reads '%s'; use the version that wrote"
                  .formatted(root, found, FORMAT)
              + " it or pass another --data");
    }
  }

  private static void release(DirectoryLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the lock of a data directory could not be released", e);
    }
  }

  /** Returns the directory as an absolute path without symbolic links. */
  public Path root() {
    return root;
  }

  /** Returns a path inside the directory. */
  public Path resolve(String name) {
    return root.resolve(name);
  }

  /** Releases the lock. Idempotent. */
  @Override
  public void close() {
    release(lock);
  }
}
