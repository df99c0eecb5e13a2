package dev.canswarm.pipeline.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A segment that is open for appending. Not thread-safe. */
interface SegmentOutput extends Closeable {
  /** Appends the first {@code length} bytes to the segment. */
  void append(byte[] bytes, int length) throws IOException;

  /** Returns after all appended bytes are on disk. */
  void force() throws IOException;

  /** Creates the outputs of new segments. */
  @FunctionalInterface
  interface Factory {
    /** Creates the file, which must not exist, and forces its directory entry to disk. */
    SegmentOutput create(Path file) throws IOException;
  }

  /** Creates a segment in a file. */
  static SegmentOutput inFile(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory != null) {
        Directories.force(directory);
      }
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
    return new SegmentOutput() {
      @Override
      public void append(byte[] bytes, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }

      @Override
      public void force() throws IOException {
        channel.force(false);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
