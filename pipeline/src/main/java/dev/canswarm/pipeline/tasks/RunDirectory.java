package dev.canswarm.pipeline.tasks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The files of one run of a command: its working directory, and next to it the files of its
 * standard streams. {@link #close} deletes them. Not thread-safe.
 */
final class RunDirectory implements AutoCloseable {
  private final Path root;

  /**
   * Creates a fresh directory in {@code parent}, which must exist, and writes the input into it.
   */
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

  /** Returns at most {@code bytesMax} bytes from the start of the file. */
  static byte[] head(Path file, int bytesMax) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(bytesMax);
    }
  }

  /** Returns at most {@code bytesMax} bytes from the end of the file. */
  static byte[] tail(Path file, int bytesMax) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - bytesMax));
      return Channels.newInputStream(channel).readNBytes(bytesMax);
    }
  }

  /**
   * Returns the end of the command's standard error as text, at most {@code bytesMax} bytes, whole
   * lines if there are several. Bytes that are not UTF-8 are replaced.
   */
  String stderrExcerpt(int bytesMax) throws IOException {
    long size = Files.size(stderr());
    byte[] tail = tail(stderr(), bytesMax);
    String text = new String(tail, StandardCharsets.UTF_8).strip();
    int firstLineEnd = text.indexOf('\n');
    return size > bytesMax && firstLineEnd >= 0 ? "… " + text.substring(firstLineEnd + 1) : text;
  }

  /** Deletes the directory without following links. Files that cannot be deleted remain. */
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
