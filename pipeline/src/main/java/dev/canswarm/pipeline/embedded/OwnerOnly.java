package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Directories and files that only their owner can read, write or enter. On a file system without
 * POSIX permissions everything counts as closed.
 */
public final class OwnerOnly {
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private OwnerOnly() {}

  /** Creates a directory for this user only, unless it exists, and its missing parents as usual. */
  static void createDirectory(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectories(directory, attributes(DIRECTORY));
  }

  /** Whether no other user can enter the directory. */
  static boolean isClosed(Path directory) throws IOException {
    return !posix() || DIRECTORY.containsAll(Files.getPosixFilePermissions(directory));
  }

  /**
   * Closes a directory to others.
   *
   * @throws IOException if that is not possible, as for a directory of another user
   */
  static void close(Path directory) throws IOException {
    if (!isClosed(directory)) {
      Files.setPosixFilePermissions(directory, DIRECTORY);
    }
  }

  /** Writes a small file durably; a reader sees the old content or the new. */
  static void write(Path file, String content) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(aside);
    try (FileChannel channel =
        FileChannel.open(
            aside,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            attributes(FILE))) {
      ByteBuffer rest = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whether the file system supports POSIX permissions. */
  public static boolean posix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  /**
   * Returns the attributes with which a file or directory is created for these permissions; none
   * without POSIX permissions.
   */
  public static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
    return posix()
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
