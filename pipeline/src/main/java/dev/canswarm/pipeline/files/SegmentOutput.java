package dev.canswarm.pipeline.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A segment that is being written. Not thread-safe. */
interface SegmentOutput extends Closeable {
  /** Writes at the end. */
  void append(byte[] bytes) throws IOException;

  /** Answers when all that was written is on disk. */
  void force() throws IOException;

  /** Makes segments. */
  @FunctionalInterface
  interface Factory {
    /** Creates the file, which must not be there, and forces its directory entry. */
    SegmentOutput create(Path file) throws IOException;
  }

  /** Segments in files. */
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
      public void append(byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
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
