package dev.canswarm.pipeline.cli.data;

import dev.canswarm.pipeline.embedded.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes and reads small files atomically, readable by this user only. */
final class SmallFiles {
  /** Most bytes of a file. */
  static final int BYTES_MAX = 1 << 16;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private SmallFiles() {}

  /** Whether the file system supports POSIX permissions. */
  static boolean posix() {
    return OwnerOnly.posix();
  }

  /** Creates the directory if missing, for this user only. */
  static void createDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, OwnerOnly.attributes(OWNER_DIRECTORY));
  }

  /** Writes the file, durably; a reader sees the old content or the new. */
  static void write(Path file, byte[] content) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(aside);
    try {
      try (FileChannel channel =
          FileChannel.open(
              aside,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              OwnerOnly.attributes(OWNER_ONLY))) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /** The content, of which there may be {@link #BYTES_MAX} bytes. */
  static byte[] read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(BYTES_MAX + 1);
      if (content.length > BYTES_MAX) {
        throw new IOException("expected at most " + BYTES_MAX + " bytes");
      }
      return content;
    }
  }

  /** Whether only the owner may read or write it; true if the file system has no permissions. */
  static boolean ownerOnly(Path file) throws IOException {
    return !posix() || OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file));
  }
}
