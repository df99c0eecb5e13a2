package dev.canswarm.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads small files into memory and refuses those that are longer than a bound. */
final class BoundedFile {
  /**
   * Longest wait for the end of a pipe or a terminal, in milliseconds: to open a pipe already waits
   * until somebody writes to it, which may be never.
   */
  static final long PIPE_MILLIS_MAX = 10_000;

  private BoundedFile() {}

  /**
   * Returns the whole content.
   *
   * @throws IOException if the file cannot be read or is longer than {@code bytesMax}; the message
   *     states the reason without the path
   */
  static byte[] read(Path file, int bytesMax) throws IOException {
    return read(file, bytesMax, PIPE_MILLIS_MAX);
  }

  static byte[] read(Path file, int bytesMax, long pipeMillisMax) throws IOException {
    if (!isPipe(file)) {
      return readNow(file, bytesMax);
    }
    FutureTask<byte[]> reading = new FutureTask<>(() -> readNow(file, bytesMax));
    Thread thread = new Thread(reading, "read-" + file.getFileName());
    thread.setDaemon(true); // a thread that opens a pipe cannot be interrupted
    thread.start();
    try {
      return reading.get(pipeMillisMax, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          "a pipe or terminal that had no end after "
              + pipeMillisMax
              + " ms; write to it or name a"
              + " file",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a pipe", e);
    }
  }

  private static boolean isPipe(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).isOther();
    } catch (IOException missing) {
      return false;
    }
  }

  private static byte[] readNow(Path file, int bytesMax) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new IOException("more than " + bytesMax + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException missing) {
      throw new IOException("no such file", missing);
    }
  }

  static String readUtf8(Path file, int bytesMax) throws IOException {
    byte[] bytes = read(file, bytesMax);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException bad) {
      throw new IOException("bytes that are not UTF-8", bad);
    }
  }
}
