package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where one run of a command lives: its working directory, and beside it the files that are its
 * standard streams. Gone after {@link #close}. Not thread-safe.
 */
final class RunDirectory implements AutoCloseable {
  private final Path root;

  /** A fresh directory in one that exists. */
  RunDirectory(Path parent, byte[] stdin) throws IOException {
    root = Files.createTempDirectory(parent, "task-");
    Files.createDirectory(work());
    Files.write(stdin(), stdin);
  }

  Path work() {
    return root.resolve("work");
  }

  Path stdin() {
    return root.resolve("stdin");
  }

  Path stdout() {
    return root.resolve("stdout");
  }

  Path stderr() {
    return root.resolve("stderr");
  }

  /** The first bytes of a file. */
  static byte[] head(Path file, int bytesMax) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(bytesMax);
    }
  }

  /** What the command said on standard error, shortened, as one piece of text. */
  String complaint(int bytesMax) throws IOException {
    return new String(head(stderr(), bytesMax), StandardCharsets.UTF_8).strip();
  }

  /** Deletes all of it, without following links. What cannot be deleted stays. */
  @Override
  public void close() throws IOException {
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
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
