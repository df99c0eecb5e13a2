package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deletes directory trees and changes permissions. */
final class FileTrees {

  private FileTrees() {}

  /**
   * Deletes a tree. Removes symbolic links without following them, and ignores files that are
   * already gone.
   */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Returns the owner of the files that this process creates in {@code directory}. */
  static UserPrincipal self(Path directory) throws IOException {
    Path probe = Files.createTempFile(directory, ".owner", "");
    try {
      return Files.getOwner(probe);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** Whether {@code path} itself, without following links, belongs to {@code owner}. */
  static boolean belongsTo(Path path, UserPrincipal owner) throws IOException {
    return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(owner);
  }

  /** Allows every user to list and traverse a directory. */
  static void allowReading(Path directory) throws IOException {
    allow(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
  }

  private static void allow(Path directory, Set<PosixFilePermission> more) throws IOException {
    Set<PosixFilePermission> permissions = new HashSet<>(Files.getPosixFilePermissions(directory));
    if (permissions.addAll(more)) {
      Files.setPosixFilePermissions(directory, permissions);
    }
  }
}
